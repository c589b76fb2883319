"""The gate between a built frame and its table: rules applied before the commit."""

import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Literal, cast

import great_expectations as gx
from great_expectations.core.expectation_validation_result import ExpectationValidationResult
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.datasource.fluent.interfaces import Batch
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
from pyspark.sql import DataFrame

from jobs.lake import Table
from jobs.report import GateResult
from quality.derived import derived
from quality.gold import artist_play_count, track_candidates, track_play_count
from quality.silver import candidate_old_favorite, dim_users, plays

SUITES: Mapping[str, list[Expectation]] = {
    "silver.plays": plays.RULES,
    "silver.dim_users": dim_users.RULES,
    "gold.artist_play_count": artist_play_count.RULES,
    "gold.track_play_count": track_play_count.RULES,
    "silver.candidate_old_favorite": candidate_old_favorite.RULES,
    "gold.track_candidates": track_candidates.RULES,
}
EXAMPLES_SHOWN = 3
COLUMNS = ("column", "column_A", "column_B")
# Great Expectations keeps its context in a global.
ONE_AT_A_TIME = threading.Lock()


class GateClosed(Exception):
    """Rows that may not be committed; names the table, each broken rule and examples."""

    def __init__(self, table: Table, broken: list[GateResult], results: tuple[GateResult, ...]) -> None:
        rules = "; ".join(f"{one.rule}: {one.observed}" for one in broken)
        super().__init__(f"the gate of {table.name} is closed, nothing was written to it: {rules}")
        self.results = results


def gate(rows: DataFrame, table: Table) -> tuple[GateResult, ...]:
    """Apply the table's rules. Raises `GateClosed` where a critical one is broken; warnings are in the results.

    Asking for examples costs a Spark job a rule, so they are asked for where a rule is broken and only there.
    """
    with ONE_AT_A_TIME:
        return _gate(rows, table)


def _gate(rows: DataFrame, table: Table) -> tuple[GateResult, ...]:
    batch = _batch(rows, table)
    rules = [*derived(table), *SUITES[table.name]]
    outcomes = _validated(batch, table, rules, "BOOLEAN_ONLY")
    # Great Expectations returns results in an order of its own: each says which rule it is of.
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


def _batch(rows: DataFrame, table: Table) -> Batch:
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    asset = context.data_sources.add_spark(name="lake", persist=False).add_dataframe_asset(table.name)
    return asset.add_batch_definition_whole_dataframe("rows").get_batch({"dataframe": rows})


def _result(table: Table, outcome: ExpectationValidationResult) -> GateResult:
    rule = _rule(outcome)
    severity = str(getattr(rule.severity, "value", rule.severity))
    columns = ", ".join(rule.kwargs.get("column_list", [rule.kwargs[name] for name in COLUMNS if name in rule.kwargs]))
    about = rule.description or (f"{rule.type}({columns})" if columns else rule.type)
    return GateResult(table.name, about, severity, bool(outcome.success), _observed(outcome))


def _rule(outcome: ExpectationValidationResult) -> ExpectationConfiguration:
    """Only a result that came from no expectation is without one."""
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
    """The messages in a result's exceptions, which come plain or by metric."""
    for one in (info, *(nested for nested in info.values() if isinstance(nested, dict))):
        if one.get("raised_exception"):
            yield str(one.get("exception_message"))
