"""One module for each outside thing that the house speaks to."""
