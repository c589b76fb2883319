"""Every example in the OpenAPI document is an answer that its route could give."""

from typing import Any

import pytest
from pydantic import TypeAdapter

from ui.alike import Alike
from ui.api import examples, health, household, listeners, listening, music, recommendations
from ui.catalogue import Artist, Track
from ui.listening import Decay

SHOWN = [
    (health.Health, examples.HEALTH),
    (listeners.Listeners, examples.LISTENERS),
    (listeners.Profile, examples.PROFILE),
    (recommendations.Recommendations, examples.RECOMMENDATIONS),
    (listening.TopArtists, examples.TOP_ARTISTS),
    (listening.TopTracks, examples.TOP_TRACKS),
    (listening.Activity, examples.ACTIVITY),
    (Decay, examples.DECAY),
    (Alike, examples.ALIKE),
    (music.FoundMusic, examples.FOUND),
    (Artist, examples.ARTIST),
    (Track, examples.TRACK),
    (music.SimilarArtists, examples.SIMILAR_ARTISTS),
    (music.SimilarTracks, examples.SIMILAR_TRACKS),
    (music.Genres, examples.GENRES),
    (music.GenreTracks, examples.GENRE_TRACKS),
    (household.TrendingArtists, examples.TRENDING_ARTISTS),
    (household.TrendingTracks, examples.TRENDING_TRACKS),
    (household.HouseholdStats, examples.STATS),
]


@pytest.mark.parametrize(("model", "example"), SHOWN, ids=[model.__name__ for model, _ in SHOWN])
def test_an_example_is_a_whole_answer_and_nothing_more(model: type, example: dict[str, Any]) -> None:
    answers = TypeAdapter[Any](model)

    assert answers.dump_python(answers.validate_python(example), mode="json") == example
