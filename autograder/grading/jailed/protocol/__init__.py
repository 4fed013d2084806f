"""Messages between the two processes, the same code on both sides: numbers, texts and
containers.
"""
