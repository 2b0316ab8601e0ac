"""The desk besides the talk itself: what an operator does and sees there."""
