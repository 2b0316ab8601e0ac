"""Who is connected without an offer: on a standing line, or by a promised call back."""
