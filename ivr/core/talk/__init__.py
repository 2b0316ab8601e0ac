"""The life of a talk, from the claim to the last leg's end: one place that decides.

``decide`` takes a talk as it was loaded and an event. It says what to save, what to ask
the carrier for, and what to answer the leg that asks. It reads nothing and does
nothing: ``ivr.actions.talks`` carries the decision out.
"""
