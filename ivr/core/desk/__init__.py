"""What a desk shows to its operator."""
