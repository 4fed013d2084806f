"""Right variants of chapter 5, one file an exercise."""
