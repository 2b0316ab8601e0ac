"""What the line works with: contacts, claims, operators, accounts, facts, errors."""
