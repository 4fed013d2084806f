"""A mutation run: small changes of the code, and whether a test notices each.

The command is `python -m benchmarks.mutation PATH... [--sample N | --all]`; docs/mutation.md says
what it found.
"""
