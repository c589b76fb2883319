"""The order of authority of providers."""

from pyspark.sql import Column
from pyspark.sql import functions as F

from jobs.questions import PROVIDERS

# More than the number of levels that any table distinguishes within one provider's pages.
STEP = 100


def place_of(source: str) -> Column:
    """The provider's rank, 0 for the highest authority; unknown providers come last."""
    places = F.create_map(*(F.lit(part) for place, name in enumerate(PROVIDERS) for part in (name, place)))
    return F.coalesce(F.try_element_at(places, F.col(source)), F.lit(len(PROVIDERS)))


def authority_of(source: str, within: Column) -> Column:
    """The authority of a value, 0 the highest: first by its provider, then by its level `within` the provider."""
    return place_of(source) * STEP + within
