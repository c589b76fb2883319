"""JSON histories of unknown origin: flat records, landed and read like those of CSV."""

from jobs.bronze.csv_records import raw_plays

__all__ = ["METHOD", "SOURCE", "raw_plays"]

SOURCE, METHOD = "json", "records"
