"""Actions: one function for each thing that happens: load, decide, save, tell."""
