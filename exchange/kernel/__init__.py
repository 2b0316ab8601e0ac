"""What the exchange is made of: scripts that wait, identifiers, signatures, time."""
