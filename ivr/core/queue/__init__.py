"""Who is next, who takes whom, and how long it may last."""
