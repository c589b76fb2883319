"""silver.catalogue_log: one row per answer that was consumed: read = kept + duplicate + quarantined."""

from pyspark.sql import types as T

from jobs.lake import Table, column

TABLE = Table(
    name="silver.catalogue_log",
    reads=(),
    key=("batch_id",),
    schema=T.StructType(
        [
            column("batch_id", T.StringType()),
            column("source", T.StringType()),
            column("method", T.StringType()),
            column("subject", T.StringType()),
            column("answer", T.StringType()),
            column("read", T.LongType()),
            column("kept", T.LongType()),
            column("duplicate", T.LongType()),
            column("quarantined", T.LongType()),
            column("fetched_at", T.TimestampType()),
            column("ingested_at", T.TimestampType()),
        ]
    ),
)
