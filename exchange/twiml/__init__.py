"""TwiML as the carrier defines it: which verbs, which attributes, which voices."""
