"""Answers as web pages, and files written atomically."""
