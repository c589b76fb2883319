"""Last.fm's methods about music as data: each one's parameters, and where its answer names its subject."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flows.sources.errors import SourceError
from flows.sources.names import alike, canonical, same, same_letters
from jobs import questions
from jobs.questions import Question

Path = tuple[str, ...]

ARTIST, ALBUM, TRACK, TAG = "artist", "album", "track", "tag"

AUTOCORRECT: Mapping[str, str] = {"autocorrect": "1"}


@dataclass(frozen=True)
class Part:
    """One part of a question's subject: which other spellings an answer may name it by."""

    matches: Callable[[str, str], bool]
    may_be_renamed: bool = False
    """Whether `autocorrect` may put a name in its place that has nothing in common with it."""


PARTS: Mapping[str, Part] = {
    ARTIST: Part(alike, may_be_renamed=True),
    TRACK: Part(alike, may_be_renamed=True),
    ALBUM: Part(same_letters),
    TAG: Part(same),
}


@dataclass(frozen=True)
class Method:
    """One method. `says` has, for each part of its subject, the path under `root` at which the answer names it.

    `rows` leads from `root` to the rows, one path for a list; () where the answer is a single fact. `total` leads to
    the number of rows that there are on all pages.
    """

    root: str
    says: Mapping[str, Path]
    rows: Path = ()
    total: Path = ()
    options: Mapping[str, str] = field(default_factory=lambda: AUTOCORRECT)


ECHOED_ARTIST: Mapping[str, Path] = {ARTIST: ("@attr", "artist")}
TOTAL: Path = ("@attr", "total")

METHODS: Mapping[str, Method] = {
    questions.SIMILAR_ARTISTS: Method("similarartists", ECHOED_ARTIST, ("artist",), (), {"limit": "20", **AUTOCORRECT}),
    questions.TOP_TRACKS: Method("toptracks", ECHOED_ARTIST, ("track",), TOTAL, {"limit": "50", **AUTOCORRECT}),
    questions.TOP_ALBUMS: Method("topalbums", ECHOED_ARTIST, ("album",), TOTAL, {"limit": "10", **AUTOCORRECT}),
    questions.ARTIST_TAGS: Method("toptags", ECHOED_ARTIST, ("tag",)),
    questions.ARTIST_INFO: Method("artist", {ARTIST: ("name",)}),
    questions.ALBUM_INFO: Method("album", {ALBUM: ("name",), ARTIST: ("artist",)}, ("tracks", "track")),
    questions.TRACK_TAGS: Method("toptags", {TRACK: ("@attr", "track"), **ECHOED_ARTIST}, ("tag",)),
    questions.TRACK_INFO: Method("track", {TRACK: ("name",), ARTIST: ("artist", "name")}),
    questions.TAG_TRACKS: Method("tracks", {TAG: ("@attr", "tag")}, ("track",), TOTAL, {"limit": "100"}),
}


def request_of(question: Question) -> dict[str, str]:
    """The parameters to send, without the key. Raises `SourceError` if a part of the subject is blank."""
    method = METHODS[question.method]
    subject = {part: asked_of(question, part) for part in method.says}
    if blank := [part for part, name in subject.items() if not name.strip()]:
        raise SourceError(f"{question.method} needs the {blank[0]}'s name: give one")
    return {**subject, **method.options}


def subject_of(question: Question) -> str:
    """The question's subject in canonical spelling: `artist`, `track|artist`, `album|artist` or the tag."""
    if question.method == questions.TAG_TRACKS:
        return question.tag.strip().lower()
    return "|".join(canonical(asked_of(question, part)) for part in METHODS[question.method].says)


def asked_of(question: Question, part: str) -> str:
    """The name of one part of the question's subject."""
    return str(getattr(question, part))
