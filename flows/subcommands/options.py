"""Options that several commands take."""

from typing import Annotated

import typer

from ui.strategies import STRATEGIES

NoEnrich = Annotated[bool, typer.Option("--no-enrich", help="Do not fetch facts about music.")]
AsOf = Annotated[str | None, typer.Option(help="Measure recency as of this date or time. Default: now.")]
AcceptFewer = Annotated[
    bool, typer.Option("--accept-fewer", help="Accept that a table loses more than half of its rows.")
]
Strategy = Annotated[str | None, typer.Option(help=f"Only from this strategy: {', '.join(STRATEGIES)}.")]
Names = Annotated[list[str] | None, typer.Argument(metavar="[LISTENER]…", help="Default: all.")]
