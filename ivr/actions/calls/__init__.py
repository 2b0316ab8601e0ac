"""What comes in by telephone: callers, operators who call in, promised calls back."""
