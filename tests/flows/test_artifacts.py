"""The page that a run leaves with Prefect."""

from flows.artifacts import failures, summary
from jobs.questions import ARTIST_INFO, Question
from jobs.report import GateResult, Report, Written


def gate(table: str, rule: str = "key is unique", *, severity: str = "critical", success: bool = True) -> GateResult:
    return GateResult(table, rule, severity, success, observed="0 rows" if success else "3 rows")


def page(*gates: GateResult) -> str:
    return summary("aggregate-plays", Report(gates=gates), not_fetched={})


def test_each_tables_gate_is_one_line_before_all_the_rules() -> None:
    told = page(gate("silver.plays"), gate("gold.track_play_count"), gate("silver.plays", "track_id is there"))

    assert told.index("| silver.plays | open | 2 | 0 |") < told.index("### Passed rules of gold.track_play_count")
    assert "### Broken rules" not in told


def test_rules_of_one_kind_are_one_line_with_their_columns() -> None:
    never_null = "expect_column_values_to_not_be_null"
    told = page(gate("silver.plays", f"{never_null}(username)"), gate("silver.plays", f"{never_null}(track_id)"))

    assert "- **values to not be null**: username, track_id\n" in told


def test_what_is_broken_stands_before_the_rest_and_only_what_is_critical_closes() -> None:
    told = page(gate("silver.plays"), gate("silver.artists", "count is 0 or more", severity="warning", success=False))

    assert "| silver.artists | open | 1 | 1 |" in told
    assert told.index("- **silver.artists: count is 0 or more (warning)**: 3 rows") < told.index("### Passed rules")
    assert "| silver.plays | CLOSED | 1 | 1 |" in page(gate("silver.plays", success=False))


def test_a_rule_that_was_broken_in_one_round_is_not_mended_by_the_next() -> None:
    told = page(gate("silver.tracks", success=False), gate("silver.tracks"))

    assert "| silver.tracks | CLOSED | 1 | 1 |" in told


def test_what_several_rounds_wrote_is_one_line_a_table() -> None:
    rounds = (Written("silver.tracks", 0, 30), Written("silver.artists", 0, 5), Written("silver.tracks", 0, 12))

    assert Report(written=rounds).written_by_table() == (
        Written("silver.tracks", 0, 42),
        Written("silver.artists", 0, 5),
    )


def test_names_show_as_they_are() -> None:
    told = summary("sync-plays", None, not_fetched={"[x](y)|*z*": "<b>`no`"})

    assert "- **\\[x\\](y)\\|\\*z\\***: &lt;b>\\`no\\`" in told


def test_of_many_questions_that_failed_the_first_are_shown() -> None:
    told = failures({Question(ARTIST_INFO, artist=f"artist {number}"): "down" for number in range(30)})

    assert "- **artist.getInfo of artist 0**: down\n" in told[1]
    assert told[2] == "And 10 more."
