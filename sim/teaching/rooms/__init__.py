"""A room: the log of what happened in a class, and everything that follows from it."""
