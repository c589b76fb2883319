"""prefect.yaml: what runs when, one at a time, and what starts what."""

import inspect
from pathlib import Path
from typing import Any

import pytest
import yaml
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import DeploymentScheduleCreate
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId
from prefect.events import DeploymentEventTrigger
from prefect.flows import Flow, load_flow_from_entrypoint

from flows import aggregate_plays, commands, enrich_catalogue, generate_candidates, sync_plays
from flows.building import Build, asset_key
from flows.chain import FETCHING, STEPS
from flows.flow_runs import SILENT_AFTER
from jobs import tables

PROJECT = Path(__file__).parents[2]
DEPLOYMENTS = {one["name"]: one for one in yaml.safe_load((PROJECT / "prefect.yaml").read_text())["deployments"]}
MATERIALIZED = "prefect.asset.materialization.succeeded"


def flow_of(deployment: str) -> Flow[..., Any]:
    flow: Flow[..., Any] = load_flow_from_entrypoint(str(PROJECT / DEPLOYMENTS[deployment]["entrypoint"]))
    return flow


def triggers_of(deployment: str) -> list[Any]:
    return [DeploymentEventTrigger.model_validate(one) for one in DEPLOYMENTS[deployment].get("triggers", [])]


def test_the_deployments_of_the_design_are_there_and_one_by_hand() -> None:
    assert set(DEPLOYMENTS) == {
        "sync-plays",
        "aggregate-plays",
        "enrich-catalogue",
        "generate-candidates",
        "reconcile",
        "evaluate",
    }


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_a_deployment_runs_a_flow_that_exists_one_at_a_time(name: str) -> None:
    deployment, flow = DEPLOYMENTS[name], flow_of(name)

    assert flow.name == name
    assert deployment["description"]
    assert deployment["tags"]
    assert set(deployment["parameters"]) == set(flow.parameters.properties)
    assert deployment["concurrency_limit"] == {"limit": 1, "collision_strategy": "ENQUEUE"}
    assert deployment["work_pool"]["name"] == commands.WORK_POOL


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_a_parameter_of_a_deployment_is_its_flows_default(name: str) -> None:
    defaults = {one.name: one.default for one in inspect.signature(flow_of(name).fn).parameters.values()}

    assert DEPLOYMENTS[name]["parameters"] == defaults


@pytest.mark.parametrize(
    ("name", "cron"), [("sync-plays", "0 4 * * *"), ("enrich-catalogue", "0 5 * * 1"), ("reconcile", "30 * * * *")]
)
def test_plays_come_daily_facts_weekly_and_what_was_missed_hourly(name: str, cron: str) -> None:
    (schedule,) = (DeploymentScheduleCreate.model_validate({"schedule": one}) for one in DEPLOYMENTS[name]["schedules"])

    assert schedule.schedule.model_dump()["cron"] == cron


@pytest.mark.usefixtures("prefect_api")
def test_this_prefect_makes_runs_of_a_schedule() -> None:
    (schedule,) = (
        DeploymentScheduleCreate.model_validate({"schedule": one}) for one in DEPLOYMENTS["reconcile"]["schedules"]
    )
    with get_client(sync_client=True) as client:
        made = client.create_deployment(client.create_flow_from_name("reconcile"), "hourly", schedules=[schedule])
        client.request("POST", "/deployments/{id}/schedule", path_params={"id": made}, json={})
        runs = client.read_flow_runs(deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[made])))
        # With its runs, which are to come and would be the newest that other tests see.
        client.delete_deployment(made)

    assert {run.expected_start_time.minute for run in runs if run.expected_start_time} == {30}


@pytest.mark.parametrize("name", ["aggregate-plays", "generate-candidates", "evaluate"])
def test_what_only_follows_others_or_is_asked_for_has_no_schedule(name: str) -> None:
    assert "schedules" not in DEPLOYMENTS[name]


@pytest.mark.parametrize(
    ("name", "before"),
    [
        ("aggregate-plays", [sync_plays.BUILD]),
        ("enrich-catalogue", [aggregate_plays.BUILD]),
        ("generate-candidates", [aggregate_plays.BUILD, enrich_catalogue.BUILD]),
    ],
)
def test_a_deployment_starts_after_the_one_asset_that_each_flow_before_it_ends_with(
    name: str, before: list[Build]
) -> None:
    (trigger,) = triggers_of(name)

    assert trigger.match.root["prefect.resource.id"] in (
        [asset_key(one.announces) for one in before],
        asset_key(before[0].announces),
    )
    assert trigger.expect == {MATERIALIZED}
    assert trigger.threshold == 1


def test_a_flow_announces_a_table_of_its_own_and_says_what_it_was_built_from() -> None:
    for build in (aggregate_plays.BUILD, generate_candidates.BUILD):
        own = [table for step in build.steps for table in tables.STEPS.get(step, ())]
        read = {name for table in own for name in tables.BY_NAME[table].reads}

        assert build.announces == own[-1]
        assert set(build.reads) == read - set(own)


def test_the_announced_tables_exist() -> None:
    assert sync_plays.BUILD.announces in tables.STEPS["plays"]
    assert enrich_catalogue.BUILD.announces in tables.STEPS["catalogue"]


def test_runs_give_three_signs_of_life_before_they_are_taken_for_dead() -> None:
    for deployment in DEPLOYMENTS.values():
        seconds = int(deployment["work_pool"]["job_variables"]["env"]["PREFECT_FLOWS_HEARTBEAT_FREQUENCY"])

        assert all(silence.total_seconds() > 3 * seconds for silence in SILENT_AFTER.values())


def test_every_step_is_healed_by_a_deployment_that_takes_its_parameters() -> None:
    assert {step.name for step in STEPS} == {*tables.STEPS, "publish"}
    for step in STEPS:
        assert set(step.parameters) <= set(flow_of(step.deployment).parameters.properties)
        assert {step.deployment, *step.follows, *FETCHING} <= set(DEPLOYMENTS)


def test_the_form_for_a_backfill_says_what_to_write() -> None:
    fields = flow_of("sync-plays").parameters.properties

    assert list(fields) == ["listeners", "since", "until", "fetch"]
    assert all(field["description"] for field in fields.values())
    assert "2024-01-31" in fields["since"]["description"]
