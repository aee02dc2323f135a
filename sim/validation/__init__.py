"""Whether the model holds: closed forms, independent packages, claims and their registry."""
