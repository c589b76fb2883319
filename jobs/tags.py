"""Tags of tracks and artists, as silver keeps them."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from jobs.columns import canonical

TAG = T.StructType([T.StructField("name", T.StringType()), T.StructField("count", T.LongType())])
TAGS = T.ArrayType(TAG)
MOST_TAGS = 10
# Counts are relative to 100 for the top tag; a tag with less than this may come from one listener.
FEWEST_COUNT = 10
# Listeners' personal notes, which say nothing about the music; each pattern matches whole tags.
JUNK = "|".join(
    (
        "seen live.*",
        "(all[- ]time )?fav(s|es?|ou?rites?)?( (artists?|bands?|albums?|songs?|tracks?|music))?",
        "(i )?love(d| it| this| this song| this artist| this band)?|<3",
        "awesome(ness)?|amazing|great|good|cool|best|epic|brilliant|perfect",
        "my .*",
        "own(ed)?|i own( .*)?|albums i (own|have)|wish ?list|check ?out|to (listen|hear|check).*",
        "spotify|pandora|youtube|itunes|last ?\\.?fm",
        "under \\d+ listeners",
    )
)


def top_tags(facts: DataFrame, *by: str) -> DataFrame:
    """For each answer with any useful tags, `tags`: the ten with the highest counts, ties by name.

    `facts` are kept rows of answers with counted tags; `by` are columns that are the same in all rows of an answer.
    """
    tag = F.col("about")
    own_name = F.array_contains(
        F.array("artist_id", F.coalesce(canonical("corrected_to"), "artist_id")), canonical(tag)
    )
    worth_keeping = (F.col("count") >= FEWEST_COUNT) & ~tag.rlike(f"^({JUNK})$") & ~own_name
    counted = F.struct((-F.col("count")).alias("order"), tag.alias("name"), "count")
    listed = facts.where(worth_keeping).groupBy(*by).agg(F.sort_array(F.collect_list(counted)).alias("counted"))
    return listed.select(*by, F.transform(F.slice("counted", 1, MOST_TAGS), _name_and_count).alias("tags"))


def _name_and_count(counted: Column) -> Column:
    return F.struct(counted["name"].alias("name"), counted["count"].alias("count"))
