"""Messages between the two processes, numbers, texts and containers: one code for both sides."""
