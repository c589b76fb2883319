"""Names that listeners spell in many ways are one name."""

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from jobs.columns import canonical, most_frequent

SPELLINGS = {
    "Go\u2010Go\u2019s": "go-go's",
    "\ufeffSigur  R\u00f3s\u200b ": "sigur r\u00f3s",
    "\u3000\u201cHeroes\u201d\u00a0": '"heroes"',
    "A\tB\n C": "a b c",
    "1914": "1914",
    "a\u2212b\u2014c": "a-b-c",
    "\u200b \u2060": "",
}


def test_every_spelling_has_one_canonical_form(spark: SparkSession) -> None:
    forms = (canonical(F.lit(spelled)) for spelled in SPELLINGS)

    ((*found,),) = spark.range(1).select(*forms).collect()
    assert found == list(SPELLINGS.values())


def test_the_most_frequent_spelling_wins_and_ties_go_by_the_alphabet(spark: SparkSession) -> None:
    frame = spark.sql("SELECT * FROM VALUES ('b'), ('a'), ('b'), ('a'), (NULL), (NULL), (NULL) AS names(name)")

    assert [row.it for row in frame.agg(most_frequent("name").alias("it")).collect()] == ["a"]
