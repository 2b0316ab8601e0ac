"""The web side of the service: one face for each audience."""
