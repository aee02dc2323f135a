"""Answers to look at without a run: kept answers of the argument, and static pages that need no server."""
