"""ListenBrainz' get-listens: the listens of landed pages as raw plays."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.bronze.listenbrainz_export import listens

SOURCE, METHOD = "listenbrainz", "listens"


def raw_plays(pages: DataFrame) -> DataFrame:
    """One row per element of `payload.listens`."""
    rows = F.expr("try_variant_get(try_parse_json(body), '$.payload.listens', 'array<variant>')")
    told = pages.select("*", F.posexplode(rows).alias("row", "sent"))
    return listens(told.withColumn("as_sent", F.expr("to_json(sent)")))
