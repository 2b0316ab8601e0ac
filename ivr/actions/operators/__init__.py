"""Operators as the queue knows them: there or not, free or not, and when."""
