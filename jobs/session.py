"""The only place that makes a SparkSession: in process, on a Connect server or on a cluster."""

import logging
import os
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path

from pyspark import SparkConf, SparkContext, StorageLevel
from pyspark.errors import PySparkException
from pyspark.java_gateway import launch_gateway
from pyspark.sql import DataFrame, SparkSession

from jobs.head_start import HeadStart
from jobs.java import java, java_environment

DEFAULTS = Path(__file__).with_name("spark-defaults.conf")
PACKAGES = ("spark.jars.packages", "spark.jars.excludes")
LOCAL = "local"
CONNECT_SERVER = "org.apache.spark.sql.connect.service.SparkConnectServer"
ONE_AT_A_TIME = threading.Lock()
ROWS_WORTH_COMPILING = 100_000
ROWS_A_PARTITION = 250_000
FEWEST_PARTITIONS = 2


class SparkUnavailable(Exception):
    """No session could be made; says where it was tried and what to do."""


def session(*, remote: str | None = None, master: str | None = None, log: Path | None = None) -> SparkSession:
    """A session on a Connect server (`sc://…`), on a master, or in this process on all cores.

    What the JVM and its resolver print goes to `log`, or to standard error. Threads that ask at once share one session.
    Raises `SparkUnavailable` if nothing answers or Java cannot be started.
    """
    # This logger would print, as JSON, the stack of every error that the caller reports in one line.
    logging.getLogger("DataFrameQueryContextLogger").setLevel(logging.CRITICAL)
    with ONE_AT_A_TIME:
        try:
            spark = _connected(remote) if remote else _in_process(master or f"{LOCAL}[*]", log)
            spark.conf.set("spark.sql.session.timeZone", "UTC")
        except (PySparkException, OSError) as error:
            # After the first semicolon an address may hold a token.
            address = (remote or "").partition(";")[0]
            advice = f"no Spark Connect server answers at {address}: start one with 'segue up'"
            here = (
                f"Spark did not start, see {log or 'above'}: it needs 2 GB of memory, and a network at its first start"
            )
            raise SparkUnavailable(advice if remote else here) from error
    return spark


def fit(spark: SparkSession, rows: int) -> None:
    """Set shuffle partitions, and whether plans are compiled, for a job over about this many rows.

    Most plans of a small change run once, and compiling them takes longer than running them uncompiled: on 2 cores,
    compiling took a build of a million plays from 277 to 120 s, and a change of one listener from 17 to 25 s.
    """
    partitions = max(FEWEST_PARTITIONS, rows // ROWS_A_PARTITION)
    large = rows >= ROWS_WORTH_COMPILING
    spark.conf.set("spark.sql.shuffle.partitions", partitions)
    spark.conf.set("spark.sql.codegen.wholeStage", str(large).lower())
    spark.conf.set("spark.sql.codegen.factoryMode", "FALLBACK" if large else "NO_CODEGEN")


def at_hand(rows: DataFrame) -> DataFrame:
    """The rows, computed once, for many readers.

    If merely persisted, they would carry the plans of all their inputs, and planning would take longer than the work.
    """
    return rows.localCheckpoint(storageLevel=StorageLevel.DISK_ONLY)


def _connected(remote: str) -> SparkSession:
    builder: SparkSession.Builder = SparkSession.Builder()
    return builder.remote(remote).getOrCreate()


def _in_process(master: str, log: Path | None) -> SparkSession:
    # Under spark-submit the JVM is already running and the master is set.
    submitted = _is_submitted()
    here = master.startswith(LOCAL) and not submitted
    settings = {**(_without_resolver() if here else defaults()), **({} if submitted else {"spark.master": master})}
    conf = SparkConf(loadDefaults=False).setAll(list(settings.items())).setAppName("segue")
    if not submitted and SparkContext._gateway is None:
        _start_java(conf, log)
    builder: SparkSession.Builder = SparkSession.Builder()
    spark = builder.config(conf=conf).getOrCreate()
    if here:
        head_start().keep_jars(spark.conf.get("spark.jars", None) or "")
    return spark


def _is_submitted() -> bool:
    return "PYSPARK_GATEWAY_PORT" in os.environ


def _start_java(conf: SparkConf, log: Path | None) -> None:
    if log:
        log.parent.mkdir(parents=True, exist_ok=True)
    os.environ.update(java_environment())
    with log.open("ab") if log else nullcontext() as file, _environment(head_start().environment(leaving=True)):
        # A reader of this process's standard output through a pipe would wait until Java has saved its classes.
        output = file or sys.__stderr__
        gateway = launch_gateway(conf, {"stdout": output, "stderr": output})  # type: ignore[no-untyped-call]
    SparkContext._ensure_initialized(gateway=gateway)


def _without_resolver() -> dict[str, str]:
    """The defaults, without the packages to fetch if their JARs are on the class path. For local executors only."""
    there = head_start().jars.exists()
    return {name: value for name, value in defaults().items() if not (there and name in PACKAGES)}


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Set the variables for programs started meanwhile, but not for those that this process starts later."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def defaults() -> dict[str, str]:
    """The settings in spark-defaults.conf, by name."""
    lines = (line.strip() for line in DEFAULTS.read_text().splitlines())
    return dict(line.split(maxsplit=1) for line in lines if line and not line.startswith("#"))


def spark_command(program: str, *arguments: str) -> list[str]:
    """The command line of a program that Spark ships, such as `spark-submit` or `spark-class`."""
    import pyspark

    return [str(Path(pyspark.__file__).parent / "bin" / program), *arguments]


def submit_command(master: str, script: Path, *arguments: str) -> list[str]:
    """The command line that runs a script on a cluster, with this module's defaults."""
    return spark_command(
        "spark-submit", "--master", master, "--properties-file", str(DEFAULTS), str(script), *arguments
    )


def connect_server_command(port: int) -> list[str]:
    """The command line of a Spark Connect server on loopback; the pyspark wheel has no start script for it."""
    binding = [
        "--conf",
        "spark.connect.grpc.binding.address=127.0.0.1",
        "--conf",
        f"spark.connect.grpc.binding.port={port}",
    ]
    master = ["--master", "local[*]", "--properties-file", str(DEFAULTS)]
    return spark_command("spark-submit", *master, *binding, "--class", CONNECT_SERVER, "spark-internal")


def spark_environment() -> dict[str, str]:
    """Variables for every program that Spark ships."""
    return {**java_environment(), **head_start().environment(leaving=False)}


def has_built() -> None:
    """Note that something was built, so the classes that this process's Java saves are those that a build needs."""
    if SparkContext._gateway is not None and not _is_submitted():
        head_start().worth_keeping()


def head_start() -> HeadStart:
    """The files that sessions on this Java with these packages save for later ones."""
    return HeadStart(java(), {name: value for name, value in defaults().items() if name in PACKAGES})
