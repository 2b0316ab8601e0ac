"""What the carrier holds and nobody has told us of: legs and recordings."""
