"""Listeners' feedback in the app: the landed events as raw feedback, before validation."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

SOURCE, METHOD = "segue", "feedback"
# All text, as it was sent.
EVENT = ("event_id", "number", "verdict", "subject", "subject_id", "track_name", "artist_name", "undoes", "given_at")


def raw_feedback(pages: DataFrame) -> DataFrame:
    """One row per event: batch_id, row, username, source, the event's fields as text, as_sent and fetched_at."""
    events = F.from_json("body", "array<map<string, string>>")
    exploded = pages.select("*", F.posexplode(events).alias("row", "sent"))
    return exploded.select(
        "batch_id",
        "row",
        "username",
        "source",
        *(F.col("sent")[name].alias(name) for name in EVENT),
        F.to_json("sent").alias("as_sent"),
        "fetched_at",
    )
