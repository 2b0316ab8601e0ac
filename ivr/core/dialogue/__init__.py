"""What a leg hears, and what its keys and its words lead to."""
