"""Compares names of artists, albums, tracks and tags: whether two spellings are, or may be, the same name."""

import re
import unicodedata
from difflib import SequenceMatcher

from jobs.spelling import PLAIN_CHARACTERS

# Misspellings that Last.fm corrects share more of their letters than this. Of random pairs of artists, two in ten
# thousand pass as spellings of one name.
ALIKE = 0.75
WORDS_THAT_COME_AND_GO = {"the", "and"}


def canonical(name: str) -> str:
    """The canonical spelling of a name, as jobs/columns.py makes it in the lake."""
    return " ".join(name.translate(PLAIN_CHARACTERS).split()).lower()


def same(one: str, other: str) -> bool:
    """Whether the names have the same canonical spelling."""
    return canonical(one) == canonical(other)


def same_letters(one: str, other: str) -> bool:
    """Whether the names are the same except for accents, punctuation, "the" and "and"."""
    letters = "".join(_words(one))
    return same(one, other) or letters == "".join(_words(other)) != ""


def alike(one: str, other: str) -> bool:
    """Whether the names may be the same, misspelt or with a part left out."""
    words, other_words = _words(one), _words(other)
    if not words or not other_words:
        return same(one, other)
    is_part = set(words) <= set(other_words) or set(other_words) <= set(words)
    letters = SequenceMatcher(None, "".join(words), "".join(other_words), autojunk=False)
    return is_part or letters.ratio() >= ALIKE


def _words(name: str) -> list[str]:
    """The name's words without case, accents and punctuation, without "the" and "and" unless there are no others."""
    letters = "".join(c for c in unicodedata.normalize("NFKD", name).casefold() if not unicodedata.combining(c))
    words = re.findall(r"[^\W_]+", letters)
    return [word for word in words if word not in WORDS_THAT_COME_AND_GO] or words
