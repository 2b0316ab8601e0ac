"""When operators are to be there, and what they say to it."""
