"""Telephone calls: callers ring us, and we keep promised calls back."""
