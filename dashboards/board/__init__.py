"""What the pages are made of. No economics: whatever is shown was computed by ``sim``."""
