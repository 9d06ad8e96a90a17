"""Changes as they happen: as pages, and as server-sent events."""
