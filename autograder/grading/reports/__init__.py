"""The class report: what an instructor looks at before the next lecture."""
