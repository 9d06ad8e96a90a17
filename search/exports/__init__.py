"""Whole results of a query as files: made in parts by a worker, or streamed at once."""
