"""A contact and its parts: a value for each thing that belongs together."""
