"""`segue community …`: what many people listen to, for the strategy "listeners like you"."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from flows import engine
from flows.imported_records import Kind, import_files, land_records
from flows.sources.community_file import CommunityFile, inspect

SOURCE, METHOD = "community", "listens"
app = typer.Typer(
    no_args_is_help=True, help="Import what many people listen to, for the strategy 'listeners like you'."
)


@app.callback()
def _group() -> None:
    """What many people listen to."""


@app.command("import")
def import_community(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="HetRec, LightGCN, ListenBrainz or triplets.")],
    *,
    no_build: Annotated[bool, typer.Option("--no-build", help="Import the rows without fitting or building.")] = False,
) -> None:
    """Read what many people listen to, without their names, and fit the model of listeners like you."""
    steps = engine.COMMUNITY_PLAYS if no_build else (*engine.COMMUNITY, *engine.CANDIDATES)
    import_files(files, inspect, land_community, steps)


def land_community(file: CommunityFile, bronze: Path, progress: Callable[[int], None]) -> str:
    """Land a file's records, all or none, and the same content only once; return the digest that identifies them.

    The file's name and the names in it are not kept.
    """
    return land_records(Kind(SOURCE, METHOD, file.form), file.records(), bronze, progress)


def landed_now(files: Sequence[Path], bronze: Path) -> list[str]:
    """Land these files without progress; return the digests that identify them."""
    return [land_community(one, bronze, lambda _: None) for one in inspect(files)]
