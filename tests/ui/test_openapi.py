"""The OpenAPI document holds: whatever is asked by it is answered by it, and never with an error of the server."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation

from tests.ui.conftest import ADA, MILES
from tests.ui.prefect_server import fake_prefect
from tests.ui.stores import publish
from ui.app import create_app
from ui.settings import AppSettings

Operation = APIOperation[Any, Any, Any, Any]
TOKEN = {"Authorization": "Bearer household"}
# Of each kind, what the document allows and what it does not, for each operation.
EXAMPLES = 8
SAME_EACH_TIME = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    home = tmp_path_factory.mktemp("home")
    publish(home / "served", "1", [ADA, MILES])
    with fake_prefect() as prefect:
        chosen = AppSettings(api_token="household", requests_per_minute=0, prefect_api_url=prefect.url)
        yield create_app(home, chosen)


@pytest.mark.parametrize("kind", list(GenerationMode), ids=lambda kind: kind.value)
def test_every_answer_is_as_documented(app: FastAPI, kind: GenerationMode) -> None:
    asked = set()
    for operation in operations(app):
        # What takes nothing cannot be asked wrongly.
        with suppress(Unsatisfiable):
            ask(operation, kind)
            asked.add(operation.label)

    assert "POST /api/v1/listeners/{username}/feedback" in asked and len(asked) >= 15


def operations(app: FastAPI) -> Iterator[Operation]:
    """Everything that the document says can be asked."""
    for found in schemathesis.openapi.from_asgi("/openapi.json", app).get_all_operations():
        assert isinstance(found, Ok)
        yield found.ok()


def ask(operation: Operation, kind: GenerationMode) -> None:
    """Ask some of what can be asked; each answer must be one that the document has."""

    @SAME_EACH_TIME
    @given(operation.as_strategy(generation_mode=kind))
    def asking(case: Any) -> None:
        case.call_and_validate(headers=TOKEN)

    asking()
