"""silver.build_log: one row per listener and derived table: what its rows were built from, and how many they were.

A listener may rightly have no row in a table (no forgotten favourite), so the table itself cannot say whether it was
built for them.
"""

from pyspark.sql import types as T

from jobs.lake import Table, column

TABLE = Table(
    name="silver.build_log",
    reads=("silver.dim_users",),
    key=("username", "table"),
    partition_by=("user_bucket",),
    schema=T.StructType(
        [
            column("username", T.StringType()),
            column("user_bucket", T.IntegerType()),
            column("table", T.StringType()),
            column("built_from", T.StringType()),
            column("built_at", T.TimestampType()),
            # Null if written by a version that did not count them.
            column("rows", T.LongType(), nullable=True),
        ]
    ),
)
