"""What listeners do not want to be shown, by their feedback: `never` for good, `not_now` for 30 days."""

from datetime import datetime

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.silver.feedback import UNDO

NEVER, NOT_NOW = "never", "not_now"
NOT_NOW_DAYS = 30
LISTENER = ("user_bucket", "username")


def unwanted(feedback: DataFrame, at: datetime) -> DataFrame:
    """user_bucket, username, subject and subject_id of the tracks and artists that are not wanted at this time.

    The last verdict on a subject counts, without those that were taken back.
    """
    undone = feedback.where(F.col("verdict") == UNDO).select(*LISTENER, F.col("undoes").alias("event_id"))
    standing = feedback.where(F.col("verdict") != UNDO).join(undone, on=[*LISTENER, "event_id"], how="left_anti")
    last = standing.groupBy(*LISTENER, "subject", "subject_id").agg(
        F.max_by(F.struct("verdict", "given_at"), F.struct("given_at", "number", "event_id")).alias("said")
    )
    verdict, until = F.col("said.verdict"), F.col("said.given_at") + F.expr(f"INTERVAL {NOT_NOW_DAYS} DAYS")
    holds = (verdict == NEVER) | ((verdict == NOT_NOW) & (until > F.lit(at)))
    return last.where(holds).drop("said")


def without_unwanted(rows: DataFrame, feedback: DataFrame, at: datetime) -> DataFrame:
    """The rows whose track and artist the listener has not marked as unwanted."""
    hidden = unwanted(feedback, at)
    wanted = rows
    for subject in ("track", "artist"):
        ids = hidden.where(F.col("subject") == subject).select(*LISTENER, F.col("subject_id").alias(f"{subject}_id"))
        wanted = wanted.join(F.broadcast(ids), on=[*LISTENER, f"{subject}_id"], how="left_anti")
    return wanted


def fingerprints(feedback: DataFrame, at: datetime) -> DataFrame:
    """For each listener who does not want something, a hash of what that is, as `unwanted`."""
    hashed = F.lower(F.hex(F.bit_xor(F.xxhash64("subject", "subject_id"))))
    return unwanted(feedback, at).groupBy(*LISTENER).agg(hashed.alias("unwanted"))
