"""The room of a talk: who comes in, who drops out, and what the desk asks for."""
