"""Things at the carrier that nobody has told us of: legs and recordings."""
