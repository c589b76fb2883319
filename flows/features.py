"""`segue features …`: how tracks sound, for the strategy "sounds alike"."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from flows import engine
from flows.imported_records import Kind, import_files, land_records
from flows.sources.features_file import FeaturesFile, inspect

KIND = Kind("spotify-tracks", "features", "csv")
app = typer.Typer(no_args_is_help=True, help="Import how tracks sound, for the strategy 'sounds alike'.")


@app.callback()
def _group() -> None:
    """How tracks sound."""


@app.command("import")
def import_features(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Tables of Spotify's audio features: CSV, zip.")],
    *,
    no_build: Annotated[
        bool, typer.Option("--no-build", help="Import the rows without building recommendations.")
    ] = False,
) -> None:
    """Read tables of Spotify's audio features, then recommend unplayed tracks that sound alike."""
    steps = engine.FEATURES if no_build else (*engine.FEATURES, *engine.CANDIDATES)
    import_files(files, inspect, land_features, steps)


def land_features(file: FeaturesFile, bronze: Path, progress: Callable[[int], None]) -> str:
    """Land a table's rows unchanged, all or none, and the same content only once; return their digest."""
    return land_records(KIND, file.records(), bronze, progress)
