"""Right variants of chapter 3, one file an exercise."""
