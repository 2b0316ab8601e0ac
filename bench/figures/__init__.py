"""What is measured: one module for each name of ``make bench FIGURES=...``."""
