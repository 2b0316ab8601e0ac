"""The desk: what it shows to its operator."""
