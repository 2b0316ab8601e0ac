"""Our requests to Twilio's REST interface: a class for each port, over one client."""
