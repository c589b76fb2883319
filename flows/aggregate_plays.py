"""aggregate-plays: builds dim_users and play counts from plays."""

from prefect import flow
from prefect.client.schemas import State

from flows import engine
from flows.building import Build, build_and_announce
from flows.settings import read_settings

BUILD = Build(
    flow="aggregate-plays",
    steps=engine.PLAY_COUNTS,
    announces="gold.track_play_count",
    reads=("silver.plays",),
)


@flow(name=BUILD.flow, flow_run_name=BUILD.flow, persist_result=False, result_serializer="json")
def aggregate_plays() -> State[None]:
    """Rebuild dim_users and play counts of listeners whose plays changed or whose recency is out of date."""
    return build_and_announce(BUILD, read_settings())
