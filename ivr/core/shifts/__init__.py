"""Shifts: when operators have to be there, and their answers."""
