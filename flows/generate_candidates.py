"""generate-candidates: builds all strategies' candidates, then publishes them to the store that the page reads."""

from prefect import flow
from prefect.client.schemas import State

from flows import engine
from flows.building import Build, build_and_announce
from flows.settings import read_settings

BUILD = Build(
    flow="generate-candidates",
    steps=(*engine.COMMUNITY, *engine.FEATURES, *engine.CANDIDATES),
    announces="gold.track_candidates",
    reads=(
        "gold.artist_play_count",
        "gold.track_play_count",
        "silver.album_tracks",
        "silver.artist_top_tracks",
        "silver.artists",
        "silver.dim_users",
        "silver.similar_artists",
        "silver.tag_top_tracks",
        "silver.tracks",
    ),
)


@flow(name=BUILD.flow, flow_run_name=BUILD.flow, persist_result=False, result_serializer="json")
def generate_candidates() -> State[None]:
    """Rebuild the candidates of the listeners whose play counts or facts changed, and publish them."""
    return build_and_announce(BUILD, read_settings())
