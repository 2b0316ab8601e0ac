"""The queue: who is next, who takes whom, and how long it may take."""
