"""Small named checks across parameters. Each finds one kind of contradiction that no single parameter shows."""
