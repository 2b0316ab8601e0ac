"""What happens by itself: what is due, and what the carrier holds unknown to us."""
