"""The exchange in virtual time, within one process."""
