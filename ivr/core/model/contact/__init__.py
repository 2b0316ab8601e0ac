"""What a contact is made of: a value for each thing that belongs together."""
