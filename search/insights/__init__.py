"""Ready-made answers about what is covered: timelines, what rises, what belongs together, what is alike."""
