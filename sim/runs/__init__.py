"""One way to run many markets: seeds, backends, stores, jobs."""
