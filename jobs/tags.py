"""Tags of tracks and artists, as silver keeps them."""

from pyspark.sql import types as T

TAG = T.StructType([T.StructField("name", T.StringType()), T.StructField("count", T.LongType())])
TAGS = T.ArrayType(TAG)
