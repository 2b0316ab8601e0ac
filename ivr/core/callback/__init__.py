"""Calls that are promised: when a person may be called, and how often."""
