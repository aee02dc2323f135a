"""What a run leaves behind: its tables, its figures, its files."""
