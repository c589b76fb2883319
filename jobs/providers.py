"""How much a provider's word counts."""

from pyspark.sql import Column
from pyspark.sql import functions as F

from jobs.questions import PROVIDERS

# More than any table tells apart within one provider's pages.
STEP = 100


def place_of(source: str) -> Column:
    """0 for the provider whose word counts most; who is not known comes last."""
    places = F.create_map(*(F.lit(part) for place, name in enumerate(PROVIDERS) for part in (name, place)))
    return F.coalesce(F.try_element_at(places, F.col(source)), F.lit(len(PROVIDERS)))


def authority_of(source: str, within: Column) -> Column:
    """How much a telling counts, 0 the most: by its provider first, then by its place `within` the provider's."""
    return place_of(source) * STEP + within
