"""Judges the replies to one question about music, until one can be believed."""

from collections import Counter
from dataclasses import dataclass

from flows.sources.errors import SourceError, Transient
from flows.sources.lastfm_answers import fact, malformed
from flows.sources.lastfm_catalogue import METHODS, PARTS, Path, asked_of
from flows.sources.reply import Reply
from jobs.questions import Question

# A mix-up passes by itself; an answer that is repeated this often is what the source means.
OFTEN_ENOUGH = 3
LONGEST_NAME_SHOWN = 100


@dataclass(frozen=True)
class Heard:
    """An answer that can be believed, as it was sent; not `known` if the source does not know the subject."""

    body: str
    status: int
    known: bool


class Hearing:
    """One question and its replies. After a page about something else it is asked again: such have come with 200."""

    def __init__(self, question: Question) -> None:
        self._question = question
        self._method = METHODS[question.method]
        self._doubts: Counter[str] = Counter()

    def accept(self, reply: Reply) -> Heard:
        """The reply as an answer. Raises `Transient` for a doubtful one, `SourceError` if it stays doubtful."""
        text, content = fact(reply)
        if content is None:
            return Heard(text, reply.status, known=False)
        page = content.get(self._method.root)
        if not isinstance(page, dict):
            raise malformed(reply, f"without {self._method.root}")
        for part, path in self._method.says.items():
            self._compare(part, _at(page, path), reply)
        self._refuse_a_forgotten_list(page)
        return Heard(text, reply.status, known=True)

    def _compare(self, part: str, said: object, reply: Reply) -> None:
        if not isinstance(said, str | int) or not str(said).strip():
            raise malformed(reply, f"that does not say which {part} it is about")
        asked = asked_of(self._question, part)
        if PARTS[part].matches(asked, str(said)):
            return
        doubt = f"asked about the {part} {_shown(asked)}, it answered about {_shown(str(said))}"
        self._doubt(doubt, may_be_meant=PARTS[part].may_be_renamed)

    def _refuse_a_forgotten_list(self, page: dict[str, object]) -> None:
        """Doubt a first page without rows whose own total is above 0."""
        total = str(_at(page, self._method.total)) if self._method.total else "0"
        if not _at(page, self._method.rows) and total.isdecimal() and int(total[:12]) > 0:
            about = next(iter(self._method.says))
            self._doubt(f"it sent none of the {total[:12]} rows about {_shown(asked_of(self._question, about))}")

    def _doubt(self, doubt: str, *, may_be_meant: bool = False) -> None:
        self._doubts[doubt] += 1
        if self._doubts[doubt] < OFTEN_ENOUGH:
            raise Transient(f"{self._question.method}: {doubt}")
        if not may_be_meant:
            often = f"{self._question.method}: {doubt}, {OFTEN_ENOUGH} times"
            raise SourceError(f"{often}: the answer is not kept, the next run will ask again")


def _at(page: object, path: Path) -> object:
    """The value at the path; None if there is none."""
    for name in path:
        page = page.get(name) if isinstance(page, dict) else None
    return page


def _shown(name: str) -> str:
    return repr(name[:LONGEST_NAME_SHOWN])
