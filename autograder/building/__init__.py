"""From authored text to notebooks: `solutions/**/*.py` -> source, student and executed
notebooks.
"""
