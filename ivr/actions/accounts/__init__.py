"""Access to the desk: accounts, sessions, browsers, and how access ends."""
