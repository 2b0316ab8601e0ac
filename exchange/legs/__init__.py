"""The other ends of calls: legs that are rung, and who decides at them."""
