"""Talk controls: hold, mute, end, hand over, bring in a colleague."""
