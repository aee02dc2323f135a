"""Building blocks of the pages. No economics here: everything shown was computed by ``sim``."""
