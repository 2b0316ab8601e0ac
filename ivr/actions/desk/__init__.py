"""What an operator does and sees at the desk, besides the talk itself."""
