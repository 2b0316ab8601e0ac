"""Who may see and do what at the desk: sessions, guards, forms, addresses."""
