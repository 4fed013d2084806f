"""Right variants for chapter 5."""

MODULES = ("cells", "gradients", "rnn", "tokens")
