"""Callers on hold, and operators on a standing line: both stay on the line.

Each of their requests does a little of the due work, for the ticker may be dead.
"""
