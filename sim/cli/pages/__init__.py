"""The report as a web page that needs nothing but itself."""
