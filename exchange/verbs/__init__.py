"""Verbs, and what each does to a call."""
