"""Who stays on the line: callers on hold, and operators on a standing line.

Each of their requests does a little of what is due, for the ticker may be dead.
"""
