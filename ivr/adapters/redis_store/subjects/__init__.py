"""The ports of the live state: a class for each."""
