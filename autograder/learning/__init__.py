"""The learner's side: a working copy that updates, and what was solved when."""
