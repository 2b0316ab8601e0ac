"""Security of the desk: sessions, guards, forms, addresses."""
