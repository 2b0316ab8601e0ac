"""The one door to every adapter: what is outside is chosen here, and nowhere else."""
