"""Upkeep: work that is due, and unknown legs and recordings at the carrier."""
