"""Right variants of chapter 1, one file an exercise."""
