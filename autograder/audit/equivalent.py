"""Mutants that compute the same as the reference: exercise -> {change: why it makes no difference}.

The key is the text the audit prints for a survivor.
"""

EQUIVALENT: dict[str, dict[str, str]] = {}
