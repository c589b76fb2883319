"""Summarises the figures of all listeners as rows: for each cut, and over all cuts, each with its interval."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from jobs.evaluation import metrics
from jobs.evaluation.figures import Measured, Question
from jobs.evaluation.intervals import of_all, of_mean
from jobs.evaluation.judging import LENGTHS, PLANTED, Judged, shown_by_listener
from jobs.evaluation.leaks import too_good
from jobs.evaluation.metrics import Doubles, Items

ALL = "all"
# Coverage and Gini use whole lists: a draw costs more, and they vary less.
DRAWS_OF_LISTS = 200


@dataclass
class Summary:
    """Collects figures cut by cut. `rows` gives the cut (a date, or "all"), the question and the measured value."""

    _figures: dict[Question, dict[str, dict[str, float]]] = field(default_factory=lambda: defaultdict(dict))
    _lists: dict[tuple[str, str], dict[str, list[Items]]] = field(default_factory=dict)
    _sizes: dict[str, int] = field(default_factory=dict)

    def add(self, cut: str, one: Judged, sizes: Mapping[str, int]) -> None:
        """Add a listener's figures at a cut; `sizes` has the number of items in the catalogue, by target."""
        self._sizes |= {target: max(size, self._sizes.get(target, 0)) for target, size in sizes.items()}
        for question, value in one.figures.items():
            self._figures[question].setdefault(cut, {})[one.listener] = value
        for key, items in one.lists.items():
            self._lists.setdefault(key, {}).setdefault(one.listener, []).append(items)

    def rows(self) -> Iterator[tuple[str, Question, Measured]]:
        """Every question at each cut that has values for it, then over all cuts."""
        for question, by_cut in self._figures.items():
            for cut, values in by_cut.items():
                yield cut, question, of_mean(np.array(list(values.values())))
            yield ALL, question, of_mean(self.values(question))
        for (target, ranking), lists in self._lists.items():
            for k in LENGTHS:
                yield from self._of_lists(target, ranking, k, list(lists.values()))

    def values(self, question: Question, cuts: Sequence[str] = ()) -> Doubles:
        """Each listener's mean over these cuts, or over all, in the order of their names."""
        by_listener: dict[str, list[float]] = defaultdict(list)
        for cut, values in self._figures[question].items():
            for listener, value in values.items() if not cuts or cut in cuts else ():
                by_listener[listener].append(value)
        return np.array([np.mean(by_listener[name]) for name in sorted(by_listener)])

    def too_good(self, target: str, *suspects: str) -> list[str]:
        """The rankings of a target that are too good to be honest; the planted one only if it is in `suspects`."""
        asked = [question for question in self._figures if (question.target, question.metric) == (target, "ndcg")]
        honest = [one for one in asked if one.k == LENGTHS[0] and (one.ranking != PLANTED or PLANTED in suspects)]
        return too_good({one.ranking: self.values(one) for one in honest})

    def _of_lists(
        self, target: str, ranking: str, k: int, lists: Sequence[Sequence[Items]]
    ) -> Iterator[tuple[str, Question, Measured]]:
        size = self._sizes[target]
        shown = shown_by_listener([np.concatenate([one[:k] for one in each]) for each in lists])
        for metric, figure in (("coverage", metrics.coverage), ("gini", metrics.gini)):
            measured = of_all(shown, partial(figure, catalogue=size), DRAWS_OF_LISTS)
            yield ALL, Question(target, ranking, metric, k), measured
