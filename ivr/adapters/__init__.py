"""Adapters: one module for each outside thing that the service speaks to."""
