"""Small named checks of what no single parameter can tell: each finds one kind of contradiction."""
