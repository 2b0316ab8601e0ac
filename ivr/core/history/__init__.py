"""What has been: folded from facts, told, counted, written down."""
