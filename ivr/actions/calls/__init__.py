"""What happens by telephone: calls come in, and promised calls go back."""
