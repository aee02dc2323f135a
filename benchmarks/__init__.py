"""How fast Middleman is: ratios taken in one run, never times of one machine."""
