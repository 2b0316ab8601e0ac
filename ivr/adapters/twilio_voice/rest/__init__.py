"""What we ask of Twilio's REST interface: a class for each port, over one client."""
