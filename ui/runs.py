"""Prefect's present and past runs, through its REST API; also starts a sync."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

SYNC = "sync-plays"
# The deployments that follow a sync, each started by the one before; the last publishes.
CHAIN = ("aggregate-plays", "enrich-catalogue", "generate-candidates")
PUBLISHES = CHAIN[-1]
DEPLOYMENTS = (SYNC, *CHAIN, "reconcile")
ENRICHED = "enrich-catalogue-progress"
OVER = frozenset({"completed", "failed", "crashed", "cancelled"})
# The message with which flows/building.py ends a run that no other run follows.
NOTHING_NEW = "nothing was new"
SECONDS = 5.0
# Prefect's server answers 503 while another write holds its SQLite database: the same request again may succeed.
ATTEMPTS = 5
BACKOFF = wait_exponential_jitter(initial=0.2, max=2, jitter=0.2)
UNDER_WAY = ("SCHEDULED", "PENDING", "RUNNING")
# Runs due within this time are included; those scheduled for later are not.
SOON = timedelta(minutes=1)
MOST = 100


class RunsUnavailable(Exception):
    """No Prefect server is reachable; the message says why and what to do."""


class _Busy(RunsUnavailable):
    """Prefect's server could not write just now."""


class UnknownRun(Exception):
    """Prefect's server knows no such run of this project."""

    def __init__(self, run_id: str) -> None:
        super().__init__(f"no run {run_id[:40]!r}")


@dataclass(frozen=True)
class Run:
    """One run of a deployment; `status` is Prefect's state in lower case, `said` what it ended with."""

    run_id: str
    deployment: str
    name: str
    status: str
    said: str | None
    listeners: tuple[str, ...]
    """Whom a sync is for; empty for everybody, and for all other deployments."""
    asked_at: datetime
    started_at: datetime | None
    ended_at: datetime | None

    @property
    def is_over(self) -> bool:
        """Whether it has ended, well or not."""
        return self.status in OVER


@dataclass(frozen=True)
class Summary:
    """What the last run of a deployment wrote about itself, in Markdown; names in it come from outside."""

    deployment: str
    markdown: str
    written_at: datetime


@dataclass(frozen=True)
class Progress:
    """A sync and what has followed it, oldest first; `enriched` is how much of the asking is done, 0 to 100."""

    sync: Run
    following: tuple[Run, ...]
    enriched: int | None

    @property
    def is_over(self) -> bool:
        """Whether there is nothing more to wait for: it failed, brought nothing new, or what it brought is shown."""
        if not self.sync.is_over:
            return False
        if self.sync.status != "completed" or (self.sync.said or "").startswith(NOTHING_NEW):
            return True
        ended = self.sync.ended_at or self.sync.asked_at
        last = [run for run in self.following if run.deployment == PUBLISHES and run.asked_at >= ended]
        broken = any(run.is_over and run.status != "completed" for run in self.following)
        return broken or any(run.is_over for run in last)


class Runs:
    """A client of the Prefect server at `api`; all methods raise `RunsUnavailable` if it does not answer."""

    def __init__(self, api: str | None, transport: httpx.BaseTransport | None = None) -> None:
        self._api = api
        self._transport = transport
        self._client: httpx.Client | None = None

    def start_sync(self, username: str) -> Run:
        """Start a sync of this listener, by lower-case name, unless one waits or runs already; returns the run."""
        for run in self._read([SYNC], {"state": {"type": {"any_": list(UNDER_WAY)}}}):
            if run.listeners == (username,):
                return run
        deployment = self._asked("GET", f"/deployments/name/{SYNC}/{SYNC}")
        path = f"/deployments/{deployment['id']}/create_flow_run"
        # With a key of its own, a request that is made again starts no second run.
        wanted = {"parameters": {"listeners": [username]}, "idempotency_key": str(uuid4())}
        return _run(self._asked("POST", path, wanted), SYNC)

    def recent(self, limit: int = 20) -> tuple[Run, ...]:
        """The project's last runs, newest first, without those scheduled for later."""
        due = {"expected_start_time": {"before_": (datetime.now(UTC) + SOON).isoformat()}}
        return tuple(self._read(DEPLOYMENTS, due, limit))

    def summaries(self) -> tuple[Summary, ...]:
        """What each deployment's last run wrote about itself, in the order of the chain."""
        keys = {f"{name}-summary": name for name in DEPLOYMENTS}
        found = self._asked("POST", "/artifacts/latest/filter", {"artifacts": {"key": {"any_": list(keys)}}})
        written = {
            each["key"]: Summary(keys[each["key"]], str(each["data"]), datetime.fromisoformat(each["created"]))
            for each in found
            if each["key"] in keys
        }
        return tuple(written[key] for key in keys if key in written)

    def one(self, run_id: str) -> Run:
        """One run; raises `UnknownRun`."""
        try:
            wanted = {"id": {"any_": [str(UUID(run_id))]}}
        except ValueError:
            raise UnknownRun(run_id) from None
        for run in self._read(DEPLOYMENTS, wanted):
            return run
        raise UnknownRun(run_id)

    def progress(self, run_id: str) -> Progress:
        """How far a sync has come; raises `UnknownRun`, also for a run that is no sync."""
        sync = self.one(run_id)
        if sync.deployment != SYNC:
            raise UnknownRun(run_id)
        since = sync.started_at or sync.asked_at
        soon = datetime.now(UTC) + SOON
        window = {"after_": since.isoformat(), "before_": soon.isoformat()}
        following = self._read(CHAIN, {"expected_start_time": window})
        return Progress(sync, tuple(reversed(following)), self._enriched(since))

    def close(self) -> None:
        """Close connections; later requests open new ones."""
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def _read(self, deployments: Sequence[str], flow_runs: Mapping[str, Any], limit: int = MOST) -> list[Run]:
        """The runs of these deployments that match the filter, newest first."""
        named = {"deployments": {"name": {"any_": list(deployments)}}}
        names = {each["id"]: each["name"] for each in self._asked("POST", "/deployments/filter", named)}
        wanted = {**named, "flow_runs": flow_runs, "sort": "EXPECTED_START_TIME_DESC", "limit": limit}
        found = self._asked("POST", "/flow_runs/filter", wanted)
        return [_run(each, names[each["deployment_id"]]) for each in found if each["deployment_id"] in names]

    def _enriched(self, since: datetime) -> int | None:
        """How much of the enrichment is done, in percent; None if none was begun since."""
        wanted = {"artifacts": {"key": {"any_": [ENRICHED]}}, "limit": 1}
        for artifact in self._asked("POST", "/artifacts/latest/filter", wanted):
            if datetime.fromisoformat(artifact["created"]) >= since:
                return round(float(artifact["data"]))
        return None

    @retry(retry=retry_if_exception_type(_Busy), stop=stop_after_attempt(ATTEMPTS), wait=BACKOFF, reraise=True)
    def _asked(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        if self._api is None:
            raise RunsUnavailable("no Prefect server is configured: run 'segue up', or set PREFECT_API_URL")
        try:
            answer = self._connected().request(method, path, json=body)
        except (httpx.HTTPError, httpx.InvalidURL):
            raise RunsUnavailable(f"Prefect's server at {self._api} does not answer: run 'segue up'") from None
        if answer.status_code == 404:
            raise RunsUnavailable(f"Prefect's server at {self._api} has no {SYNC}: run 'prefect deploy --all'")
        if answer.is_error:
            failed = _Busy if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE else RunsUnavailable
            raise failed(f"Prefect's server at {self._api} answered {answer.status_code}: check its log")
        return answer.json()

    def _connected(self) -> httpx.Client:
        # Created when first needed, and only once: loading its CA certificates takes a moment.
        if self._client is None:
            self._client = httpx.Client(base_url=self._api or "", timeout=SECONDS, transport=self._transport)
        return self._client


def _run(row: Mapping[str, Any], deployment: str) -> Run:
    state = row.get("state") or {}
    return Run(
        run_id=row["id"],
        deployment=deployment,
        name=row["name"],
        status=str(row.get("state_type") or "scheduled").lower(),
        said=state.get("message"),
        listeners=tuple((row.get("parameters") or {}).get("listeners") or ()),
        asked_at=datetime.fromisoformat(row["expected_start_time"]),
        started_at=_moment(row.get("start_time")),
        ended_at=_moment(row.get("end_time")),
    )


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
