"""How alike two tracks sound: the weighted cosine of their features, as a dot product of prepared vectors.

likeness(a, b) = sum of w a b / sqrt(sum of w a² · sum of w b²), which is the dot product of `unit(a)` and `unit(b)`.
"""

from collections.abc import Callable
from functools import reduce
from operator import add

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

# The weight of each feature; without liveness, which only distinguishes concerts from studio recordings.
WEIGHTS = {
    "energy": 20,
    "tempo": 15,
    "danceability": 15,
    "valence": 15,
    "instrumentalness": 10,
    "acousticness": 10,
    "speechiness": 10,
    "loudness": 5,
}


# Each track is compared with each listener, so only this many of the best known ones are used.
MOST_COMPARED = 50_000


def best_known(audio_features: DataFrame) -> DataFrame:
    """The tracks that are compared at all: the most popular ones, ties by track_id."""
    return audio_features.orderBy(F.desc_nulls_last("popularity"), "track_id").limit(MOST_COMPARED)


def unit(feature: Callable[[str], Column]) -> Column:
    """The features as an array in the order of `WEIGHTS`, each times the root of its weight, scaled to length 1.

    Null if every feature is 0, since such a vector has no direction.
    """
    weighed = [feature(name) * F.sqrt(F.lit(weight)) for name, weight in WEIGHTS.items()]
    length = F.sqrt(reduce(add, (one * one for one in weighed)))
    return F.when(length > 0, F.array(*(one / length for one in weighed)))


def likeness(one: Column, other: Column) -> Column:
    """The likeness, 0..1, of two arrays from `unit`."""
    return reduce(add, (one[place] * other[place] for place in range(len(WEIGHTS))))
