"""What stands between the network and the dashboard: nothing is paid for a request before it is known to be allowed."""
