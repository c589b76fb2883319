"""Histories in JSON of a kind that is not known: flat records, landed and read as those of CSV."""

from jobs.bronze.csv_records import raw_plays

__all__ = ["METHOD", "SOURCE", "raw_plays"]

SOURCE, METHOD = "json", "records"
