"""Talks, carried out: load, decide, save, do the requests.

``run`` does so for every event. The modules beside it turn a request of the carrier, of
the desk or of the clock into its event.
"""
