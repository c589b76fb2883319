"""generate-candidates: every strategy's candidates, from the play counts, then the store that the page reads."""

from prefect import flow
from prefect.client.schemas import State

from flows import engine
from flows.building import Build, build_and_announce
from flows.settings import read_settings

BUILD = Build(
    flow="generate-candidates",
    tables=engine.CANDIDATES,
    announces="gold.track_candidates",
    reads=("gold.artist_play_count", "gold.track_play_count"),
)


@flow(name=BUILD.flow, flow_run_name=BUILD.flow, persist_result=False, result_serializer="json")
def generate_candidates() -> State[None]:
    """Rebuild the candidates of the listeners whose play counts changed, and publish them."""
    return build_and_announce(BUILD, read_settings())
