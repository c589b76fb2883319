"""The query parameters of a list: the one place that defines what is valid."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator
from starlette.datastructures import QueryParams

from ui.lists import TRACKS_PER_ARTIST, Mode, Wanted
from ui.strategies import STRATEGIES, known

MOST = 1000
FURTHEST = 100_000
LARGEST_SEED = 2**32 - 1
LONGEST_NAME = 64


def _parted(values: object) -> object:
    """`a,b` counts as `a` and `b`."""
    if isinstance(values, list) and all(isinstance(each, str) for each in values):
        return [part for each in values for part in each.split(",")]
    return values


Strategy = Annotated[str, Field(max_length=LONGEST_NAME, json_schema_extra={"enum": list(STRATEGIES)})]


class AskedList(BaseModel):
    """Everything that a list can be asked for; what is left out gives the list as it was published."""

    # If unknown parameters were ignored, a misspelt one would look like one without effect.
    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: int = Field(default=50, ge=1, le=MOST, description="How many at most.")
    offset: int = Field(default=0, ge=0, le=FURTHEST, description="How many to pass over first.")
    strategies: Annotated[list[Strategy], BeforeValidator(_parted)] = Field(
        default=[], description="What any of these proposes; repeat it, or part them by commas. None given: all."
    )
    strategy: Strategy | None = Field(default=None, deprecated="use strategies", description="One of `strategies`.")
    mode: Mode = Field(
        default="balanced",
        description="discover: artists that the listener played less than 3 times; familiar: the others; "
        "balanced: both.",
    )
    adventurousness: float | None = Field(
        default=None,
        ge=0,
        le=1,
        allow_inf_nan=False,
        description="0 puts the best known first, 1 the rarest; left out: by score.",
        examples=[0.7],
    )
    per_artist: int = Field(default=TRACKS_PER_ARTIST, ge=1, le=MOST, description="Tracks of an artist at most.")
    exclude_seen: bool = Field(
        default=False, description="Leave out what the listener has played and what they were shown."
    )
    seed: int | None = Field(
        default=None,
        ge=0,
        le=LARGEST_SEED,
        description="Shuffle, the same way for the same seed; good places come early.",
    )

    @field_validator("limit", "offset", "adventurousness", "per_artist", "seed", mode="before")
    @classmethod
    def _no_truth(cls, value: object) -> object:
        """Refuse booleans: in a JSON body, `true` would otherwise count as 1."""
        if isinstance(value, bool):
            raise ValueError("a number, and not true or false")
        return value

    def wanted(self) -> Wanted:
        """The list that is asked for. Raises `UnknownStrategy`."""
        alone = [] if self.strategy is None else [self.strategy]
        return Wanted(
            limit=self.limit,
            offset=self.offset,
            strategies=tuple(known(each) for each in [*self.strategies, *alone]),
            mode=self.mode,
            adventurousness=self.adventurousness,
            per_artist=self.per_artist,
            exclude_seen=self.exclude_seen,
            seed=self.seed,
        )


class Asked(AskedList):
    """A list that is asked for to be shown."""

    remember: bool = Field(
        default=False, description="Take note that these were shown: repeats cool down. Needs a token."
    )


def read(query_string: bytes) -> Asked:
    """Parse a query string as FastAPI does for the same model; raises pydantic's `ValidationError`."""
    given = QueryParams(query_string)
    lists = {"strategies": given.getlist("strategies")} if "strategies" in given else {}
    return Asked.model_validate({**given, **lists})
