"""A community in a few words: who listens to what, landed as a file of triplets would be."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from flows.community import land_community
from flows.sources.community_file import inspect

BRISTOL = ("Massive Attack", "Portishead", "Tricky", "Morcheeba", "Lamb")
BRITPOP = ("Blur", "Pulp", "Oasis", "Suede", "Elastica")
Tastes = Mapping[str, Sequence[str]]


def two_scenes(listeners: int = 24) -> Tastes:
    """Half of them listen to four of five bands of Bristol, half to four of five of Britpop."""
    scenes = {f"person-{number}": (BRISTOL, BRITPOP)[number % 2] for number in range(listeners)}
    return {
        person: [band for place, band in enumerate(bands) if place != int(person[7:]) // 2 % 5]
        for person, bands in scenes.items()
    }


def as_triplets(tastes: Tastes) -> str:
    rows = [f"{person}\t{item}\t{3 + len(item)}" for person, items in tastes.items() for item in items]
    return "\n".join(["listener\tartist\tplays", *rows, ""])


def land_tastes(home: Path, tastes: Tastes) -> str:
    """Land a file that says so; the digest that it is known by."""
    file = home / "tastes.tsv"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(as_triplets(tastes))
    (understood,) = inspect([file])
    return land_community(understood, home / "bronze", lambda _: None)
