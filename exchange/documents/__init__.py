"""Documents of the service: fetched, followed verb by verb; and what it is told."""
