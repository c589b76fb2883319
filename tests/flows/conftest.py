"""Fixtures for the flows: one Prefect server for all their tests, since it takes seconds to start."""

from collections.abc import Iterator

import pytest
from prefect.settings import PREFECT_API_URL
from prefect.testing.utilities import prefect_test_harness

from flows.services import NO_TELEMETRY
from tests.patience import PATIENCE


@pytest.fixture(scope="package")
def prefect_api() -> Iterator[str]:
    """The address of a Prefect server that the flows of every test report to."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in NO_TELEMETRY.items():
            patch.setenv(name, value)
        # It takes 25 s of processor time to lay down its database: on a starved machine, 120 s were nearly not enough.
        with prefect_test_harness(server_startup_timeout=4 * PATIENCE):
            patch.undo()
            yield str(PREFECT_API_URL.value())
