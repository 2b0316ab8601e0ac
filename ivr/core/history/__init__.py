"""The past: rows folded from facts, timelines, counts, reports."""
