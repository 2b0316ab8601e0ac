"""Words, times and text files, before they mean anything to the line."""
