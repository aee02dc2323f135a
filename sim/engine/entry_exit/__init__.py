"""Entry and exit: shops, intermediaries and the platform that give up, suppliers that open channels of their own."""
