"""From a notebook's cells to verdicts and results."""
