"""Connections without an offer: a standing line, and a promised call back."""
