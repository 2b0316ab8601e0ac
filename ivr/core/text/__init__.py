"""Words, clock faces and files of text, before they mean anything to the line."""
