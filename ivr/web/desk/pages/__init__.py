"""The addresses of the desk, one module a subject."""
