"""`segue features …`: how tracks sound, by which unplayed ones are matched to what a listener plays."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from flows import engine
from flows.imported_records import Kind, land_records
from flows.settings import read_settings
from flows.sources.features_file import FeaturesFile, inspect
from flows.terminal import accounting, progress, say, say_refusals, say_written
from flows.under_way import build as build_now
from jobs.failures import explained

KIND = Kind("spotify-tracks", "features", "csv")
app = typer.Typer(no_args_is_help=True, help="How tracks sound: what is like them is found by it.")


@app.callback()
def _group() -> None:
    """How tracks sound."""


@app.command("import")
def import_features(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Tables of Spotify's audio features: CSV, zip.")],
    *,
    no_build: Annotated[bool, typer.Option("--no-build", help="Keep the rows; build recommendations later.")] = False,
) -> None:
    """Read how tracks sound from tables of Spotify's audio features, then propose unplayed tracks that match."""
    settings = read_settings()
    with explained(settings.home), progress() as bars:
        task = bars.add_task("read", total=None)
        understood = inspect(files)
        engine.warm_up(settings)
        landed = [
            land_features(one, settings.home / "bronze", lambda rows: bars.update(task, description=f"read {rows:,}"))
            for one in understood
        ]
    steps = engine.FEATURES if no_build else (*engine.FEATURES, *engine.CANDIDATES)
    report = build_now(settings, steps, batches=landed)
    ours = [batch for batch in report.consumed if batch.batch_id in set(landed)]
    say_refusals(ours)
    say_written(report)
    say(accounting(ours))


def land_features(file: FeaturesFile, bronze: Path, progress: Callable[[int], None]) -> str:
    """Land a table's rows as they stand, all or none, once for one content; return the digest that they have."""
    return land_records(KIND, file.records(), bronze, progress)
