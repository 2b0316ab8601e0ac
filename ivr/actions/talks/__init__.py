"""What happens in talks, carried out: load, decide, save, do what was asked.

``run`` does so for every event. The modules beside it say which event a request of the
carrier, of the desk or of the clock is.
"""
