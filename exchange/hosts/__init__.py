"""The exchange at work: in real time, on loopback, with browsers."""
