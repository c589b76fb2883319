"""A listener's feedback on tracks and artists: give, list and undo it."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from ui.api.listeners import Username
from ui.api.owners import TOKEN, Identifier, Owner
from ui.feedback import Feedback, Given, Subject, SubjectKind, Verdict
from ui.problems import documented

PATH = "/api/v1/listeners/{username}/feedback"
# PostgreSQL's text cannot hold U+0000.
Name = Annotated[str, Field(min_length=1, max_length=1000, pattern=r"^[^\x00]+$")]


class Saying(BaseModel):
    """A verdict on a track or an artist, with its id from recommendations; the names are for display."""

    verdict: Verdict
    subject: SubjectKind
    id: Name = Field(examples=["teardrop|massive attack"])
    track_name: Name | None = Field(None, examples=["Teardrop"])
    artist_name: Name | None = Field(None, examples=["Massive Attack"])

    def about(self) -> Subject:
        """The subject; if no names are given, with those in the id."""
        track, _, artist = self.id.rpartition("|")
        if self.subject is SubjectKind.ARTIST:
            return Subject(self.subject, self.id, self.artist_name or self.id)
        return Subject(
            self.subject, self.id, self.artist_name or artist or self.id, self.track_name or track or self.id
        )


class Said(BaseModel):
    """A verdict that was given; `not_now` holds for 30 days, `skip` fades by half in 30."""

    event_id: str
    verdict: Verdict
    subject: SubjectKind
    id: str
    track_name: str | None
    artist_name: str
    given_at: datetime
    expires_at: datetime | None


class EverythingSaid(BaseModel):
    """A listener's current verdicts, newest first."""

    username: str
    feedback: list[Said]


class TakenBack(BaseModel):
    """How many verdicts were undone."""

    taken_back: int


def add(router: APIRouter, feedback: Feedback, owner: Owner) -> None:
    """Put these routes on the router."""
    _add_reading(router, feedback, owner)
    _add_taking_back(router, feedback, owner)

    @router.post(
        PATH,
        status_code=201,
        dependencies=[TOKEN],
        responses=documented(400, 404, 422, 503),
        tags=["feedback"],
        summary="Like, skip, not now or never: effective from the next request on",
    )
    def say(username: Username, saying: Saying) -> Said:
        return said(feedback.give(owner(username), saying.about(), saying.verdict))


def _add_reading(router: APIRouter, feedback: Feedback, owner: Owner) -> None:
    @router.get(PATH, responses=documented(404, 422, 503), tags=["feedback"], summary="Current verdicts")
    def everything_said(username: Username) -> EverythingSaid:
        name = owner(username)
        return EverythingSaid(username=name, feedback=[said(given) for given in feedback.of(name)])


def _add_taking_back(router: APIRouter, feedback: Feedback, owner: Owner) -> None:
    @router.delete(
        PATH + "/{event_id}",
        dependencies=[TOKEN],
        responses=documented(404, 422, 503),
        tags=["feedback"],
        summary="Undo a verdict: the previous one on the subject applies again",
    )
    def take_back(username: Username, event_id: Identifier) -> Said:
        return said(feedback.undo(owner(username), event_id))

    @router.delete(
        PATH,
        dependencies=[TOKEN],
        responses=documented(404, 422, 503),
        tags=["feedback"],
        summary="Undo all verdicts",
    )
    def take_everything_back(username: Username) -> TakenBack:
        return TakenBack(taken_back=feedback.undo_all(owner(username)))


def said(given: Given) -> Said:
    """A verdict as the API shows it."""
    return Said(
        event_id=given.event_id,
        verdict=given.verdict,
        subject=given.subject.kind,
        id=given.id_now,
        track_name=given.subject.track_name,
        artist_name=given.subject.artist_name,
        given_at=given.given_at,
        expires_at=given.expires_at,
    )
