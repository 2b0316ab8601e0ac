"""The parts that all others use: waiting scripts, identifiers, signatures, time."""
