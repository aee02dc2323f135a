"""The report of a comparison as a web page that needs nothing but itself."""
