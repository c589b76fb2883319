"""Fits the collaborative models, of artists and of tracks, again when the community has changed."""

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.audit import Gate
from jobs.collaborative.fit import Fitted
from jobs.collaborative.fit import fit as fit_model
from jobs.collaborative.parameters import Parameters
from jobs.collaborative.recommend import best_items
from jobs.lake import Lake, Table, literal_rows
from jobs.report import GateResult, Report, Written
from jobs.session import at_hand, fit
from jobs.silver import community_items, community_model, community_plays, community_similar_artists
from jobs.silver.community_items import ARTIST, TRACK, item_of
from jobs.silver.community_model import FEWEST_LISTENERS

KINDS = (ARTIST, TRACK)
DEFAULTS = Parameters()
# Commit 0 creates a table without rows.
FIRST_ROWS = 1


def fit_models(lake: Lake, gate: Gate, *, now: datetime, parameters: Parameters = DEFAULTS) -> Report:
    """Fit each kind's model if silver.community_plays or the parameters have changed since it was fitted.

    If the community is too small there is no model, and the report says so.
    """
    if lake.version(community_plays.TABLE) < FIRST_ROWS:
        return Report()
    with lake.building():
        fitted = {row.kind: row.version for row in lake.read(community_model.TABLE).collect()}
        report = Report()
        for kind in KINDS:
            fitting = Fitting(lake, gate, now, parameters, kind)
            if fitted.get(kind) != fitting.version or not fitting.folder.exists():
                report += fitting.done()
        _sweep(lake)
    return report


@dataclass(frozen=True)
class Fitting:
    """Fits one kind of model and commits it to the lake."""

    lake: Lake
    gate: Gate
    now: datetime
    parameters: Parameters
    kind: str

    @property
    def version(self) -> str:
        """A hash of all that the model depends on: the version of the community's table, and the parameters."""
        made_of = [self.kind, self.lake.version(community_plays.TABLE), asdict(self.parameters)]
        return f"{self.kind}-{hashlib.sha256(json.dumps(made_of).encode()).hexdigest()[:12]}"

    @property
    def folder(self) -> Path:
        """The folder of the model's files."""
        return community_model.folder_of(self.lake.path(community_model.TABLE), self.version)

    def done(self) -> Report:
        """Fit and commit, or report why there is no model; report nothing if nobody plays items of the kind."""
        plays = self.lake.read(community_plays.TABLE)
        item = item_of(self.kind).alias("item")
        pairs = plays.select(F.col("listener_id").alias("listener"), item).where("item IS NOT NULL")
        count, listeners = pairs.agg(F.count("*"), F.count_distinct("listener")).first() or (0, 0)
        if not count:
            return Report()
        if listeners < FEWEST_LISTENERS:
            return Report(gates=(_too_small(self.kind, listeners),))
        fit(self.lake.spark, count)
        return self._committed(self._fitted(pairs), plays)

    def _fitted(self, pairs: DataFrame) -> Fitted:
        unfinished = self.folder.with_name(f".{self.folder.name}")
        for leftover in (unfinished, self.folder):
            shutil.rmtree(leftover, ignore_errors=True)
        fitted = fit_model(pairs, unfinished, self.parameters)
        unfinished.rename(self.folder)
        return fitted

    def _committed(self, fitted: Fitted, plays: DataFrame) -> Report:
        """Commit the model. The row of silver.community_model is last: until then the previous model is used."""
        of_kind = f"kind = '{self.kind}'"
        items = community_items.build(fitted.items, plays, self.folder, kind=self.kind, version=self.version)
        report, items = self._replace(community_items.TABLE, items, of_kind)
        if self.kind == ARTIST:
            best = best_items(community_similar_artists.seeds(items), self.folder, community_similar_artists.NEIGHBOURS)
            similar = community_similar_artists.build(best, items, fitted_at=self.now)
            report += self._replace(community_similar_artists.TABLE, similar, "true")[0]
        metrics = {"sigma_1": fitted.sigma, "rank": fitted.rank}
        numbers = [list(each.items()) for each in (_as_floats(asdict(self.parameters)), _as_floats(metrics))]
        counts = (fitted.listener_count, fitted.item_count, fitted.pair_count)
        row = (self.kind, self.version, *counts, *numbers, self.now)
        model = literal_rows(self.lake.spark, community_model.TABLE, [row])
        return report + self._replace(community_model.TABLE, model, of_kind)[0]

    def _replace(self, table: Table, rows: DataFrame, where: str) -> tuple[Report, DataFrame]:
        """Audit the rows, then replace those that satisfy the condition by them."""
        ready = at_hand(rows)
        count = ready.count()
        results = self.gate(ready, table, count=count)
        self.lake.replace(table, ready, where)
        return Report(written=(Written(table.name, 0, count),), gates=results), ready


def _too_small(kind: str, listeners: int) -> GateResult:
    rule = f"{FEWEST_LISTENERS} listeners or more, or there is no model of {kind}s"
    return GateResult(community_model.TABLE.name, rule, "warning", success=False, observed=f"{listeners} listeners")


def _as_floats(values: Mapping[str, float]) -> dict[str, float]:
    return {name: float(value) for name, value in values.items()}


def _sweep(lake: Lake) -> None:
    """Remove the files of models that have no row any more."""
    kept = {row.version for row in lake.read(community_model.TABLE).collect()}
    files = lake.path(community_model.TABLE) / community_model.FILES
    for folder in files.iterdir() if files.exists() else ():
        if folder.name not in kept:
            shutil.rmtree(folder)
