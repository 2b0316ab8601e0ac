"""The life of a talk, from the claim to the last leg's end: one place that decides.

``decide`` takes a talk as it was loaded and an event, and says what is to be saved,
what the carrier is asked for, and what the leg that asks is answered. It reads nothing
and does nothing: ``ivr.actions.talks`` carries it out.
"""
