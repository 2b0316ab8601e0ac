"""Who may come to the desk: accounts, sessions, browsers; and who no longer may."""
