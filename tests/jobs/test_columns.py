"""Names that listeners spell in many ways are one name."""

import pytest
from pyspark.sql import SparkSession

from jobs.columns import canonical, most_frequent


@pytest.mark.parametrize(
    ("spelled", "means"),
    [
        ("Go\u2010Go\u2019s", "go-go's"),
        ("\ufeffSigur  R\u00f3s\u200b ", "sigur r\u00f3s"),
        ("\u3000\u201cHeroes\u201d\u00a0", '"heroes"'),
        ("A\tB\n C", "a b c"),
        ("1914", "1914"),
        (
            "\u041f\u041e\u0428\u041b\u0410\u042f \u041c\u041e\u041b\u041b\u0418",
            "\u043f\u043e\u0448\u043b\u0430\u044f \u043c\u043e\u043b\u043b\u0438",
        ),
        ("a\u2212b\u2014c", "a-b-c"),
        ("\u200b \u2060", ""),
    ],
)
def test_every_spelling_has_one_canonical_form(spark: SparkSession, spelled: str, means: str) -> None:
    frame = spark.createDataFrame([(spelled,)], "name string")

    assert frame.select(canonical("name").alias("it")).first()["it"] == means


def test_the_most_frequent_spelling_wins_and_ties_go_by_the_alphabet(spark: SparkSession) -> None:
    frame = spark.createDataFrame([("b",), ("a",), ("b",), ("a",), (None,), (None,), (None,)], "name string")

    assert frame.agg(most_frequent("name").alias("it")).first()["it"] == "a"
