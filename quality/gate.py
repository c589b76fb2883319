"""The gate between a built frame and its table: rules applied before the commit."""

import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Literal, cast

import great_expectations as gx
import great_expectations.expectations as gxe
import pandas as pd
from great_expectations.core.expectation_validation_result import ExpectationValidationResult
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.datasource.fluent.interfaces import Batch
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from jobs.lake import Table
from jobs.report import GateResult
from jobs.strategies import MODULES, PLAYED
from quality.derived import derived
from quality.gold import artist_play_count, evaluation, listener_neighbors, track_candidates, track_play_count
from quality.silver import (
    album_tracks,
    artist_top_albums,
    artist_top_tracks,
    artists,
    audio_features,
    candidate,
    candidate_audio_match,
    candidate_deep_cut,
    candidate_old_favorite,
    candidate_similar_tag,
    community_items,
    community_model,
    community_plays,
    community_similar_artists,
    dim_users,
    feedback,
    plays,
    similar_artists,
    tag_top_tracks,
    tracks,
)

SUITES: Mapping[str, list[Expectation]] = {
    "silver.plays": plays.RULES,
    "silver.dim_users": dim_users.RULES,
    "gold.artist_play_count": artist_play_count.RULES,
    "gold.track_play_count": track_play_count.RULES,
    "silver.similar_artists": similar_artists.RULES,
    "silver.artist_top_tracks": artist_top_tracks.RULES,
    "silver.artist_top_albums": artist_top_albums.RULES,
    "silver.album_tracks": album_tracks.RULES,
    "silver.tag_top_tracks": tag_top_tracks.RULES,
    "silver.artists": artists.RULES,
    "silver.tracks": tracks.RULES,
    "silver.feedback": feedback.RULES,
    "silver.community_plays": community_plays.RULES,
    "silver.community_items": community_items.RULES,
    "silver.community_similar_artists": community_similar_artists.RULES,
    "silver.community_model": community_model.RULES,
    "silver.audio_features": audio_features.RULES,
    # The rules for every strategy; the suites below replace them for strategies that have more.
    **{module.TABLE.name: candidate.RULES for module in MODULES.values()},
    "silver.candidate_similar_tag": candidate_similar_tag.RULES,
    "silver.candidate_deep_cut": candidate_deep_cut.RULES,
    "silver.candidate_old_favorite": candidate_old_favorite.RULES,
    "silver.candidate_audio_match": candidate_audio_match.RULES,
    "gold.track_candidates": track_candidates.RULES,
    "gold.listener_neighbors": listener_neighbors.RULES,
    "gold.evaluation": evaluation.RULES,
}
EXAMPLES_SHOWN = 3
COLUMNS = ("column", "column_A", "column_B")
# Up to this many rows are checked in this process: on Spark each rule costs jobs, which are mostly overhead for few.
CHECKED_IN_MEMORY = 200_000
WAS_PLAYED = "was_played"
# Great Expectations keeps its context in a global.
ONE_AT_A_TIME = threading.Lock()


class GateClosed(Exception):
    """Rows break critical rules and may not be committed; names the table, each broken rule and examples."""

    def __init__(self, table: Table, broken: list[GateResult], results: tuple[GateResult, ...]) -> None:
        rules = "; ".join(f"{one.rule}: {one.observed}" for one in broken)
        super().__init__(f"the gate of {table.name} is closed, nothing was written to it: {rules}")
        self.results = results


def gate(
    rows: DataFrame, table: Table, *, count: int | None = None, fewest: int = 0, played: DataFrame | None = None
) -> tuple[GateResult, ...]:
    """Apply the table's rules. Raises `GateClosed` if a critical rule is broken; warnings are in the results.

    `count` is the number of rows, if known, and `fewest` how many there must be. `played` has the keys of the tracks
    that listeners have played, which no strategy but old favorites may propose. `rows` are read more than once, so
    they should be persisted. Examples cost one job per rule, so they are computed for broken rules only.
    """
    rules = [*derived(table), *SUITES[table.name], *_not_collapsed(fewest), *_never_played(played)]
    marked = rows if played is None else _marked(rows, played)
    small = (rows.count() if count is None else count) <= CHECKED_IN_MEMORY
    batch = _in_memory(marked, table, rules) if small else marked
    with ONE_AT_A_TIME:
        return _gate(batch, table, rules)


def _not_collapsed(fewest: int) -> list[Expectation]:
    if not fewest:
        return []
    about = f"no fewer than {fewest:,} rows, half of the last version's ('segue build --accept-fewer' accepts them)"
    return [gxe.ExpectTableRowCountToBeBetween(min_value=fewest, description=about)]


def _never_played(played: DataFrame | None) -> list[Expectation]:
    if played is None:
        return []
    about = "no track that the listener has played"
    return [gxe.ExpectColumnValuesToBeInSet(column=WAS_PLAYED, value_set=[False], description=about)]


def _marked(rows: DataFrame, played: DataFrame) -> DataFrame:
    """The rows with a column that is true if a row proposes a played track and is no old favorite."""
    heard = played.select("user_bucket", "username", "track_id", F.lit(1).alias(WAS_PLAYED))
    known = F.col(PLAYED) if PLAYED in rows.columns else F.expr("false")
    marked = rows.join(heard, on=["user_bucket", "username", "track_id"], how="left")
    return marked.withColumn(WAS_PLAYED, F.col(WAS_PLAYED).isNotNull() & ~known)


def _in_memory(rows: DataFrame, table: Table, rules: list[Expectation]) -> pd.DataFrame:
    """The columns that the rules check; nested ones only as null or not, since no rule checks more of them."""
    names = {name for rule in rules for name in _columns(rule.configuration)}
    kinds = (T.ArrayType, T.MapType, T.StructType)
    nested = {field.name for field in table.schema if isinstance(field.dataType, kinds)}
    asked = [F.when(F.col(name).isNotNull(), 1).alias(name) if name in nested else name for name in sorted(names)]
    frame: pd.DataFrame = rows.select(*asked).toArrow().to_pandas()
    return frame


def _gate(rows: DataFrame | pd.DataFrame, table: Table, rules: list[Expectation]) -> tuple[GateResult, ...]:
    batch = _batch(rows, table)
    outcomes = _validated(batch, table, rules, "BOOLEAN_ONLY")
    # Great Expectations returns results in its own order, so the rule is taken from each result.
    failed = [_rule(one).to_domain_obj() for one in outcomes if not one.success]
    explained = [replace(_result(table, one), success=False) for one in _validated(batch, table, failed, "BASIC")]
    results = (*(_result(table, one) for one in outcomes if one.success), *explained)
    broken = [one for one in results if not one.success and one.severity == "critical"]
    if broken:
        raise GateClosed(table, broken, results)
    return results


def _validated(
    batch: Batch, table: Table, rules: list[Expectation], result_format: Literal["BOOLEAN_ONLY", "BASIC"]
) -> list[ExpectationValidationResult]:
    if not rules:
        return []
    return list(
        batch.validate(gx.ExpectationSuite(name=table.name, expectations=rules), result_format=result_format).results
    )


def _batch(rows: DataFrame | pd.DataFrame, table: Table) -> Batch:
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    sources = context.data_sources
    in_memory = isinstance(rows, pd.DataFrame)
    source = sources.add_pandas(name="lake") if in_memory else sources.add_spark(name="lake", persist=False)
    asset = source.add_dataframe_asset(table.name)
    return asset.add_batch_definition_whole_dataframe("rows").get_batch({"dataframe": rows})


def _result(table: Table, outcome: ExpectationValidationResult) -> GateResult:
    rule = _rule(outcome)
    severity = str(getattr(rule.severity, "value", rule.severity))
    columns = ", ".join(_columns(rule))
    about = rule.description or (f"{rule.type}({columns})" if columns else rule.type)
    return GateResult(table.name, about, severity, bool(outcome.success), _observed(outcome))


def _columns(rule: ExpectationConfiguration) -> list[str]:
    """The columns that a rule checks; none if it is about the whole table."""
    return list(rule.kwargs.get("column_list", [rule.kwargs[name] for name in COLUMNS if name in rule.kwargs]))


def _rule(outcome: ExpectationValidationResult) -> ExpectationConfiguration:
    """The result's rule; never None, since every result here comes from an expectation."""
    return cast("ExpectationConfiguration", outcome.expectation_config)


def _observed(outcome: ExpectationValidationResult) -> str:
    if outcome.success:
        return "holds"
    if raised := list(_raised(outcome.exception_info)):
        return f"could not be checked: {raised[0]}"
    result: dict[str, Any] = outcome.result
    examples = ", ".join(map(str, result.get("partial_unexpected_list", [])[:EXAMPLES_SHOWN]))
    return f"{result['unexpected_count']} rows, such as {examples}" if examples else str(result.get("observed_value"))


def _raised(info: Mapping[str, Any]) -> Iterator[str]:
    """The messages in a result's exceptions, which are either at the top level or one for each metric."""
    for one in (info, *(nested for nested in info.values() if isinstance(nested, dict))):
        if one.get("raised_exception"):
            yield str(one.get("exception_message"))
