"""Which submissions share more code than chance explains, for a person to look at."""
