"""Promised calls: when a person may be called, and how often."""
