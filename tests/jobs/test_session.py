"""The one way to a session, and what is said where none can be had."""

import pytest
from pyspark.sql import SparkSession

from jobs import session as module
from jobs.session import SparkUnavailable, session


def test_a_server_that_does_not_answer_is_named_without_the_token_in_its_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refused(remote: str) -> None:
        raise OSError(f"nothing listens at {remote}")

    monkeypatch.setattr(module, "_connected", refused)

    with pytest.raises(SparkUnavailable, match=r"answers at sc://host:15002: start one") as raised:
        session(remote="sc://host:15002;token=secret")
    assert "secret" not in str(raised.value)


def test_java_is_in_utc_wherever_it_starts(spark: SparkSession) -> None:
    assert spark._jvm is not None, "a session in this process"
    zones = [spark._jvm.java.lang.System.getenv("TZ"), spark._jvm.java.util.TimeZone.getDefault().getID()]

    assert zones == ["Asia/Tokyo", "UTC"], "the tests start it in Tokyo"
