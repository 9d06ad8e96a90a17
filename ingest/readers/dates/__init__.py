"""Dates in news text, in some ninety languages: the moments that it names, and lines that are nothing else."""

from ingest.readers.dates.found import FoundDate
from ingest.readers.dates.labels import is_date_line, is_label, is_time_line, label_of
from ingest.readers.dates.scan import find_date, find_dates

__all__ = ["FoundDate", "find_date", "find_dates", "is_date_line", "is_label", "is_time_line", "label_of"]
