"""The dialogue with a leg: what it hears, and what its keys and words lead to."""
