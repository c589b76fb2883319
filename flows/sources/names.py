"""Names of artists, albums, tracks and tags: when two spellings are of one name, and when they may be."""

import re
import unicodedata
from difflib import SequenceMatcher

from jobs.spelling import PLAIN_CHARACTERS

# Misspellings that Last.fm corrects share more of their letters than this. Of two artists taken at random it takes two
# pairs in ten thousand for spellings of one name.
ALIKE = 0.75
WORDS_THAT_COME_AND_GO = {"the", "and"}


def canonical(name: str) -> str:
    """The spelling that stands for all spellings of a name, as jobs/columns.py makes it in the lake."""
    return " ".join(name.translate(PLAIN_CHARACTERS).split()).lower()


def same(one: str, other: str) -> bool:
    """Whether the names are one, however they are spelt."""
    return canonical(one) == canonical(other)


def same_letters(one: str, other: str) -> bool:
    """Whether the names are one but for accents, punctuation and articles."""
    letters = "".join(_words(one))
    return same(one, other) or letters == "".join(_words(other)) != ""


def alike(one: str, other: str) -> bool:
    """Whether the names may be one, misspelt or with a part left out."""
    words, other_words = _words(one), _words(other)
    if not words or not other_words:
        return same(one, other)
    is_part = set(words) <= set(other_words) or set(other_words) <= set(words)
    letters = SequenceMatcher(None, "".join(words), "".join(other_words), autojunk=False)
    return is_part or letters.ratio() >= ALIKE


def _words(name: str) -> list[str]:
    """The name's words without case, accents and punctuation, or those that come and go where there are no others."""
    letters = "".join(c for c in unicodedata.normalize("NFKD", name).casefold() if not unicodedata.combining(c))
    words = re.findall(r"[^\W_]+", letters)
    return [word for word in words if word not in WORDS_THAT_COME_AND_GO] or words
