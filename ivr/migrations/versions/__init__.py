"""The steps; each file is one, and none is changed once it was released."""
