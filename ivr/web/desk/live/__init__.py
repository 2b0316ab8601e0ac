"""Open pages hear at once that something has changed."""
