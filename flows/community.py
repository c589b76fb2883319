"""`segue community …`: what many people listen to, which listeners like you are found among."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from flows import engine
from flows.imported_records import Kind, import_files, land_records
from flows.sources.community_file import CommunityFile, inspect

SOURCE, METHOD = "community", "listens"
app = typer.Typer(no_args_is_help=True, help="What many people listen to: whom listeners like you are found among.")


@app.callback()
def _group() -> None:
    """What many people listen to."""


@app.command("import")
def import_community(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="HetRec, LightGCN, ListenBrainz or triplets.")],
    *,
    no_build: Annotated[bool, typer.Option("--no-build", help="Keep the rows; fit and build later.")] = False,
) -> None:
    """Read who listens to what from files, without anybody's name, and fit the model of listeners like you."""
    steps = engine.COMMUNITY_PLAYS if no_build else (*engine.COMMUNITY, *engine.CANDIDATES)
    import_files(files, inspect, land_community, steps)


def land_community(file: CommunityFile, bronze: Path, progress: Callable[[int], None]) -> str:
    """Land a file's records, all or none, once for one content; return the digest that they are known by.

    Neither the file's name is kept nor anybody's in it.
    """
    return land_records(Kind(SOURCE, METHOD, file.form), file.records(), bronze, progress)


def landed_now(files: Sequence[Path], bronze: Path) -> list[str]:
    """Land these files, in silence; the digests that they are known by."""
    return [land_community(one, bronze, lambda _: None) for one in inspect(files)]
