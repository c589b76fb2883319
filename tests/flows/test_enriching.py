"""A run asks what is worth most until its budget is spent or nothing is left, and never the same thing for ever."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from flows import engine, enriching
from flows.asking import AlreadyAsking, Asked, only_one_asks
from flows.enriching import Progress, enrich
from flows.providers import last_asked, note, only
from flows.settings import Settings, read_settings
from flows.sources.answered import Answered
from flows.sources.errors import SourceUnavailable, WrongKey
from jobs.questions import SIMILAR_ARTISTS, Question
from jobs.report import Report, Written


class Source:
    """Answers all but those whose names it stumbles over, so many times."""

    def __init__(self, **stumbles: int) -> None:
        self.asked: list[str] = []
        self.answered: set[str] = set()
        self._stumbles = stumbles

    def answer(self, question: Question, *, now: datetime, before_attempt: Callable[[], None]) -> Answered:
        before_attempt()
        self.asked.append(question.artist)
        if self._stumbles.get(question.artist, 0):
            self._stumbles[question.artist] -= 1
            raise SourceUnavailable(f"no answer about {question.artist}")
        self.answered.add(question.artist)
        return Answered(question, Path(question.artist), known=True, calls=1)


class Frontier:
    """Stands for the lake: what is open of so many artists, less those that were answered; opens more as it is told."""

    def __init__(self, source: Source, *rounds: list[str], forgets: tuple[str, ...] = ()) -> None:
        self.asked_for: list[int] = []
        self._source, self._rounds, self._forgets = source, rounds, forgets

    def build(self, _settings: Settings, _tables: object, *, questions: int = 0, **_: Any) -> Report:
        self.asked_for.append(questions)
        opened = [name for names in self._rounds[: len(self.asked_for)] for name in names]
        left = [name for name in opened if name not in self._source.answered or name in self._forgets]
        asked = tuple(Question(SIMILAR_ARTISTS, name, value=1 / len(name)) for name in left[:questions])
        return Report(written=(Written("silver.artists", 0, 1),), questions=asked)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return replace(read_settings({}), home=tmp_path)


def use(monkeypatch: pytest.MonkeyPatch, source: Source, *rounds: list[str], forgets: tuple[str, ...] = ()) -> Frontier:
    frontier = Frontier(source, *rounds, forgets=forgets)
    monkeypatch.setattr(engine, "build", frontier.build)
    return frontier


def test_what_the_answers_open_is_asked_in_the_next_round(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    source = Source()
    use(monkeypatch, source, ["Blur", "Pulp"], ["Suede"])

    done = enrich(settings, only(source), calls=100)

    assert (sorted(source.asked), done.answered, done.calls) == (["Blur", "Pulp", "Suede"], 3, 3)
    assert done.report.written_by_table() == (Written("silver.artists", 0, 3),)


def test_no_more_is_asked_than_the_budget_allows(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    source = Source()
    frontier = use(monkeypatch, source, [f"artist {number:02}" for number in range(50)])
    monkeypatch.setattr(enriching, "CALLS_A_ROUND", 10)

    done = enrich(settings, only(source), calls=25)

    assert (done.calls, len(source.asked), frontier.asked_for) == (25, 25, [10, 10, 5, 0])


def test_a_provider_with_a_part_of_the_budget_has_that_part_of_each_round(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enriching, "CALLS_A_ROUND", 8)
    providers = [replace(*only(Source()), name=name, share=share) for name, share in (("large", 0.75), ("small", 0.25))]
    questions = [
        Question(SIMILAR_ARTISTS, f"artist {number}", source=name) for name in ("large", "small") for number in range(9)
    ]

    turns = enriching.Run(providers, 100).turns(questions)

    assert {turn.provider.name: (len(turn.questions), turn.budget) for turn in turns} == {
        "large": (6, 75),
        "small": (2, 25),
    }


def test_while_the_finder_of_mbids_is_down_only_artists_with_a_known_one_are_asked_about() -> None:
    mbid = "8f6bd1e4-fbe1-4f50-aa9b-94c450ec0f11"
    providers = [
        replace(*only(Source()), name="musicbrainz"),
        replace(*only(Source()), name="listenbrainz", finder="musicbrainz"),
    ]
    known = Question(SIMILAR_ARTISTS, "Portishead", source="listenbrainz", artist_mbid=mbid)
    unknown = [Question(SIMILAR_ARTISTS, f"artist {number}", source="listenbrainz") for number in range(900)]
    run = enriching.Run(providers, 1_000)

    assert [len(turn.questions) for turn in run.turns([*unknown, known])] == [200]
    run.note({"musicbrainz": Asked(stopped="musicbrainz.org failed 5 calls in a row")})
    assert run.most() > 900
    assert [(turn.provider.name, turn.questions) for turn in run.turns([*unknown, known])] == [
        ("listenbrainz", [known])
    ]
    assert run.turns(unknown) == []


def test_who_can_tell_what_they_know_is_asked_for_that_alone() -> None:
    shipped = replace(*only(Source()), name="bundled", share=0.0, knows=lambda question: question.artist == "Pulp")
    blur, pulp = (Question(SIMILAR_ARTISTS, name, source="bundled") for name in ("Blur", "Pulp"))
    run = enriching.Run([shipped], 100)

    assert [turn.questions for turn in run.turns([blur, pulp])] == [[pulp]]
    assert run.turns([blur]) == [] and run.most() > enriching.FREE_A_ROUND


def test_what_fails_once_is_asked_again_and_has_not_failed(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    source = Source(Pulp=1)
    use(monkeypatch, source, ["Blur", "Pulp"])

    done = enrich(settings, only(source), calls=100)

    assert (source.asked.count("Pulp"), source.asked.count("Blur"), dict(done.failed)) == (2, 1, {})


def test_what_fails_twice_is_left_to_a_later_run(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    source = Source(Pulp=99)
    use(monkeypatch, source, ["Pulp", "Blur"], [], ["Suede"])

    done = enrich(settings, only(source), calls=100)

    assert (source.asked.count("Pulp"), source.asked[-1]) == (2, "Suede")
    assert ([question.artist for question in done.failed], "1 failed" in str(done)) == (["Pulp"], True)


@pytest.mark.parametrize(
    ("calls", "names", "why"),
    [
        (2, ["Blur", "Pulp", "Suede"], ""),
        (100, ["Blur", "Suede", "Ride"], ""),
        (100, ["Pulp"], "no answer about Pulp"),
    ],
    ids=["its budget is spent", "all answered", "nothing but failures"],
)
def test_a_provider_is_noted_as_silent_only_where_it_did_not_answer(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, calls: int, names: list[str], why: str
) -> None:
    source = Source(Pulp=99)
    use(monkeypatch, source, names)

    enrich(settings, only(source), calls=calls)

    assert last_asked(settings.home)["lastfm"]["stopped"] == why


def test_a_provider_that_is_asked_no_more_is_not_stale_for_ever(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    note(settings.home, {"lastfm": "the key is wrong", "musicbrainz": "down"}, datetime(2026, 11, 22, tzinfo=UTC))
    use(monkeypatch, Source())

    enrich(settings, [replace(*only(Source()), name="musicbrainz")], calls=100)

    assert {name: last["stopped"] for name, last in last_asked(settings.home).items()} == {"musicbrainz": "down"}


def test_what_stays_open_though_it_was_answered_is_not_asked_for_ever(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = Source()
    use(monkeypatch, source, ["Poisoned"], forgets=("Poisoned",))

    assert enrich(settings, only(source), calls=100).calls == 2


def test_progress_counts_calls_against_the_budget(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    source, seen = Source(), list[Progress]()
    use(monkeypatch, source, ["Blur", "Pulp"])

    enrich(settings, only(source), calls=100, progress=seen.append)

    assert [(at.doing, at.calls, at.budget) for at in seen] == [
        ("build facts", 0, 100),
        ("ask", 1, 100),
        ("ask", 2, 100),
        ("build facts", 2, 100),
    ]


def test_a_refused_key_ends_the_run_at_once(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    source = Source()
    use(monkeypatch, source, ["Blur"])

    def refuse(*_: object, **__: object) -> Answered:
        raise WrongKey("the key is suspended")

    monkeypatch.setattr(source, "answer", refuse)
    with pytest.raises(WrongKey, match="suspended"):
        enrich(settings, only(source))


def test_one_home_is_enriched_by_one_process_at_a_time(settings: Settings) -> None:
    with only_one_asks(settings.home), pytest.raises(AlreadyAsking, match="run it again"):
        enrich(settings, only(Source()))
