"""A made-up class that goes through everything: hand-in, grading, report, feedback."""
