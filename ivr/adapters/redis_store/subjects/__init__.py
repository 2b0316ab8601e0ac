"""What is asked of the live state: a class for each port."""
