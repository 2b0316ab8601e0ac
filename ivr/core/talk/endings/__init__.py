"""How a claim, a talk or a call ends: an offer undone, a talk closed, a caller gone."""
