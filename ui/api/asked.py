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
    """Options of a list; without any, the list is as it was published."""

    # If unknown parameters were ignored, a misspelt one would look like one without effect.
    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: int = Field(default=50, ge=1, le=MOST, description="Maximum number of tracks.")
    offset: int = Field(default=0, ge=0, le=FURTHEST, description="Number of tracks to skip.")
    strategies: Annotated[list[Strategy], BeforeValidator(_parted)] = Field(
        default=[],
        description="Only tracks from these strategies; repeat it, or separate them with commas. Default: all.",
    )
    strategy: Strategy | None = Field(default=None, deprecated="use strategies", description="One of `strategies`.")
    mode: Mode = Field(
        default="balanced",
        description="discover: artists that the listener played fewer than 3 times; familiar: the others; "
        "balanced: both.",
    )
    adventurousness: float | None = Field(
        default=None,
        ge=0,
        le=1,
        allow_inf_nan=False,
        description="0 puts the best-known tracks first, 1 the rarest; if omitted, they are ordered by score.",
        examples=[0.7],
    )
    per_artist: int = Field(
        default=TRACKS_PER_ARTIST, ge=1, le=MOST, description="Maximum number of tracks per artist."
    )
    exclude_seen: bool = Field(
        default=False, description="Leave out tracks that the listener has played or been shown."
    )
    seed: int | None = Field(
        default=None,
        ge=0,
        le=LARGEST_SEED,
        description="Shuffle, always in the same way for the same seed; high-ranked tracks tend to come early.",
    )

    @field_validator("limit", "offset", "adventurousness", "per_artist", "seed", mode="before")
    @classmethod
    def _no_truth(cls, value: object) -> object:
        """Refuse booleans: in a JSON body, `true` would otherwise count as 1."""
        if isinstance(value, bool):
            raise ValueError("must be a number, not true or false")
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
    """Options of a list that will be shown."""

    remember: bool = Field(
        default=False,
        description="Record that these tracks were shown, so that repeats rank lower for a while. Needs a token.",
    )


def read(query_string: bytes) -> Asked:
    """Parse a query string as FastAPI does for the same model; raises pydantic's `ValidationError`."""
    given = QueryParams(query_string)
    lists = {"strategies": given.getlist("strategies")} if "strategies" in given else {}
    return Asked.model_validate({**given, **lists})
