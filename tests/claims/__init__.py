"""What the texts say an experiment shows, measured again with other seeds, splits and settings."""
