"""A student's functions at a distance: proxies, the session behind them, the messages."""
