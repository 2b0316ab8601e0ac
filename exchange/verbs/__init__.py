"""What each verb does to a call."""
