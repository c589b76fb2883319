"""silver.quality_log: one row per run, table and rule: the result of a gate's check."""

from pyspark.sql import types as T

from jobs.lake import Table, column

TABLE = Table(
    name="silver.quality_log",
    reads=(),
    key=("run_id", "table", "rule"),
    schema=T.StructType(
        [
            column("run_id", T.StringType()),
            column("table", T.StringType()),
            column("rule", T.StringType()),
            column("severity", T.StringType()),
            column("success", T.BooleanType()),
            column("observed", T.StringType()),
            column("checked_at", T.TimestampType()),
        ]
    ),
)
