"""Prefect's present and past runs, and the progress of a sync."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel

from ui.api.listeners import Username
from ui.problems import documented
from ui.runs import Progress, Run, Runs, UnknownRun
from ui.usernames import kept

RunId = Annotated[str, Path(max_length=64, examples=["0190b6a2-9e7c-7d64-a7f4-3f1f6c0f0d11"])]
Limit = Annotated[int, Query(ge=1, le=100, description="Maximum number of runs.")]


class ShownRun(BaseModel):
    """A run of a deployment; `said` is its final message."""

    run_id: str
    deployment: str
    name: str
    status: str
    said: str | None
    listeners: list[str]
    asked_at: datetime
    started_at: datetime | None
    ended_at: datetime | None

    @classmethod
    def of(cls, run: Run) -> "ShownRun":
        """The run in the API's form."""
        return cls.model_validate(run, from_attributes=True)


class RecentRuns(BaseModel):
    """The last runs, newest first."""

    runs: list[ShownRun]


class SyncProgress(BaseModel):
    """A sync, the runs that followed it, and whether all is done; `enriched` is in percent."""

    run: ShownRun
    following: list[ShownRun]
    enriched: int | None
    is_over: bool

    @classmethod
    def of(cls, progress: Progress) -> "SyncProgress":
        """The progress in the API's form."""
        return cls(
            run=ShownRun.of(progress.sync),
            following=[ShownRun.of(run) for run in progress.following],
            enriched=progress.enriched,
            is_over=progress.is_over,
        )


def add(router: APIRouter, runs: Runs) -> None:
    """Put these routes on the router."""

    @router.get("/api/v1/runs", responses=documented(422, 503), tags=["runs"], summary="The last runs of the pipeline")
    def recent(limit: Limit = 20) -> RecentRuns:
        return RecentRuns(runs=[ShownRun.of(run) for run in runs.recent(limit)])

    @router.get("/api/v1/runs/{run_id}", responses=documented(404, 422, 503), tags=["runs"], summary="One run")
    def one(run_id: RunId) -> ShownRun:
        return ShownRun.of(runs.one(run_id))

    @router.get(
        "/api/v1/listeners/{username}/syncs/{run_id}",
        responses=documented(404, 422, 503),
        tags=["runs"],
        summary="Progress of a listener's sync",
    )
    def progress(username: Username, run_id: RunId) -> SyncProgress:
        found = runs.progress(run_id)
        if found.sync.listeners != (kept(username),):
            raise UnknownRun(run_id)
        return SyncProgress.of(found)
