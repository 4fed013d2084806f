"""From authored text to notebooks: source, student and executed, all from `solutions/**/*.py`."""
