"""What an operator does in a talk: hold, mute, end, hand over, bring in a colleague."""
