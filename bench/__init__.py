"""What is measured, against what: ``make bench``, figures in ``README.md``."""
