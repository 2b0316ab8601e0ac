"""The faces of the house on the web."""
