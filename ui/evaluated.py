"""The published evaluation, of recommendations on plays that no step had seen, as Markdown and as lines of text."""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ui.records import instant

TARGETS = {
    "new_tracks": "Tracks they had not played before",
    "new_artists": "Artists they had not played before",
    "repeats": "Tracks they had played before",
    "forgotten": "Tracks whose last play had faded",
}
UNIFIED, CATALOGUE, PLANTED = "unified", "catalogue", "planted_leak"
K = 50
# Five listeners who all agree may do so by chance: the probability is one in sixteen.
FEWEST_TO_TELL = 6
MEASURED = "SELECT value FROM meta WHERE key = 'evaluation'"
HEADER = ("ranking", "hits@50", "recall@10", "recall@50", "between", "recall@200", "nDCG@50", "coverage", "Gini")
FURTHER = ("diversity", "novelty", "miscalibration", "adds alone")


@dataclass(frozen=True)
class Figure:
    """One metric's value with its interval, over `listeners` listeners."""

    target: str
    ranking: str
    metric: str
    k: int
    against: str
    value: float
    low: float
    high: float
    listeners: int


@dataclass(frozen=True)
class Evaluation:
    """One evaluation, over all of its cuts."""

    evaluated_at: datetime
    days: int
    cuts: tuple[str, ...]
    figures: tuple[Figure, ...]

    def about(self, target: str) -> Mapping[tuple[str, str, int, str], Figure]:
        """A target's figures by ranking, metric, k and the ranking compared with."""
        return {(one.ranking, one.metric, one.k, one.against): one for one in self.figures if one.target == target}


def read_evaluation(connection: sqlite3.Connection) -> Evaluation | None:
    """The evaluation that was published last; None if there is none."""
    found = connection.execute(MEASURED).fetchone()
    return _evaluation(json.loads(found[0])) if found else None


def _evaluation(told: Mapping[str, Any]) -> Evaluation:
    names = told["columns"]
    figures = tuple(Figure(**dict(zip(names, figure, strict=True))) for figure in told["figures"])
    return Evaluation(instant(told["evaluated_at"]), told["days"], tuple(told["cuts"]), figures)


def tables(evaluation: Evaluation) -> Iterator[tuple[str, Sequence[Sequence[str]]]]:
    """For each target, a title and rows: first the header, then the rankings by recall@50, best first."""
    for target, title in TARGETS.items():
        about = evaluation.about(target)
        best = sorted(
            {ranking for ranking, metric, _, _ in about if metric == "recall"},
            key=lambda ranking: (-about[ranking, "recall", K, ""].value, ranking),
        )
        if best:
            people = about[best[0], "recall", K, ""].listeners
            missing = about[CATALOGUE, "missing", 0, ""].value
            whom = f"{people} listener{'s' if people > 1 else ''}, {missing:.0%} not in any catalogue before"
            yield f"{title} ({whom})", [(*HEADER, *FURTHER), *(_row(about, ranking) for ranking in best)]


def leads(evaluation: Evaluation) -> Iterator[str]:
    """By how much the shown list's recall@50 exceeds that of each other ranking, compared per listener."""
    for target, title in TARGETS.items():
        compared = [
            one for (_, metric, k, _), one in evaluation.about(target).items() if (metric, k) == ("recall_lead", K)
        ]
        for one in sorted(compared, key=lambda one: one.value):
            one_sided = one.listeners >= FEWEST_TO_TELL and (one.low > 0 or one.high < 0)
            sure = "" if one_sided else ", which may be chance"
            yield f"{title}: {one.value:+.4f} over {one.against} ({one.low:+.4f} to {one.high:+.4f}{sure})"


def when(evaluation: Evaluation) -> str:
    """How the evaluation was made: its cuts, and the days after each."""
    cuts = ", ".join(evaluation.cuts)
    return (
        f"All plays after each of {len(evaluation.cuts)} cuts ({cuts}) were hidden, and those of the next"
        f" {evaluation.days} days had to be predicted. Catalogue and community data have no dates and were not hidden."
        " In brackets: the range of 95 % of draws of as many listeners."
    )


def as_markdown(evaluation: Evaluation) -> str:
    """The whole evaluation as Markdown, for the page."""
    parts = [when(evaluation)]
    for title, rows in tables(evaluation):
        lines = [f"| {' | '.join(row)} |" for row in rows]
        parts += [f"## {title}", "\n".join([lines[0], "|---" * len(rows[0]) + "|", *lines[1:]])]
    return "\n\n".join(
        [
            *parts,
            "## The shown list compared with each other ranking",
            "\n".join(f"- {one}" for one in leads(evaluation)),
        ]
    )


def as_lines(evaluation: Evaluation) -> Iterator[str]:
    """The whole evaluation as lines of text, for a terminal."""
    yield when(evaluation)
    for title, rows in tables(evaluation):
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        yield ""
        yield title
        for first, *others in rows:
            cells = [each.rjust(width) for each, width in zip(others, widths[1:], strict=True)]
            yield "  ".join([first.ljust(widths[0]), *cells])
    yield ""
    yield f"recall@{K} of the shown list minus that of each other ranking, listener by listener:"
    yield from leads(evaluation)


def _row(about: Mapping[tuple[str, str, int, str], Figure], ranking: str) -> Sequence[str]:
    def told(metric: str, k: int = K, form: str = ".4f") -> str:
        found = about.get((ranking, metric, k, ""))
        return format(found.value, form) if found else ""

    recall = about[ranking, "recall", K, ""]
    accuracy = (told("hit_rate", form=".2f"), told("recall", 10), told("recall"), f"{recall.low:.4f}-{recall.high:.4f}")
    beyond = (told("coverage"), told("gini", form=".3f"), told("diversity", form=".2f"), told("novelty", form=".1f"))
    further = (told("miscalibration", form=".2f"), told("marginal_recall"))
    return (ranking, *accuracy, told("recall", 200), told("ndcg"), *beyond, *further)
