"""The rule set of a line: who goes first, how long, how often; and its faults."""
