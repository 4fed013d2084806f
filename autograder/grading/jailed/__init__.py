"""The half of the grader that student code can reach, and the protocol both halves speak.

Nothing here imports the rest of the autograder: this package is loaded alone, under a name of its
own, by the process that runs student code. `protocol` is used on both sides.
"""
