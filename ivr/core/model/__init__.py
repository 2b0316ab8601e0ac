"""What the line keeps in mind: calls, claims, operators, accounts, facts, errors."""
