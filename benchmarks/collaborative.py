"""The collaborative model compared with published results: time, memory and accuracy, ranking all items.

`make bench-cf`, or `python -m benchmarks.collaborative --order 4 --blend`. CF_DATA names a folder with train.txt and
test.txt in the LightGCN format, CF_ARTISTS one with HetRec's files; by default those in SEGUE_SHARED are used.
"""

import argparse
import os
import statistics
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from benchmarks.measuring import peak_memory, processor_seconds, shared_data, timed
from jobs.collaborative.fit import Fitted, fit
from jobs.collaborative.parameters import Parameters
from jobs.collaborative.recommend import best_items
from jobs.collaborative.scoring import histories, load
from jobs.session import at_hand, session
from jobs.session import fit as fit_session

LENGTH = 20
# recall@20 and nDCG@20 on Gowalla as their papers report them; none of them was run here.
PUBLISHED = {
    "LightGCN (He 2020)": (0.1830, 0.1554),
    "UltraGCN (Mao 2021)": (0.1862, 0.1580),
    "SimpleX (Mao 2021)": (0.1872, 0.1557),
    "GF-CF (Shen 2021)": (0.1849, 0.1518),
    "BSPM-EM (Choi 2023)": (0.1920, 0.1597),
}
ONE_LISTENERS_ITEMS = 1_000
REPEATS = 7
# One in this many of a HetRec listener's artists is held out, by hash.
HELD_OUT = 5
# The part of iALS in the score if it is blended in.
BLEND = 0.45


@dataclass(frozen=True)
class Found:
    """Accuracy of a ranking, over the listeners with held out items."""

    recall: float
    ndcg: float
    listeners: int


def lightgcn(spark: SparkSession, folder: Path, name: str) -> DataFrame:
    """The pairs of a file, plain or gzip: a line is a listener and their items."""
    (path,) = (path for path in (folder / f"{name}.txt", folder / f"{name}.txt.gz") if path.exists())
    cells = spark.read.text(str(path)).select(F.split(F.trim("value"), " +").alias("cells"))
    numbers = cells.select(F.transform("cells", lambda cell: cell.try_cast("bigint")).alias("numbers"))
    items = F.explode(F.slice("numbers", 2, F.size("numbers"))).alias("item")
    return at_hand(numbers.select(F.col("numbers")[0].alias("listener"), items).where("item IS NOT NULL"))


def hetrec(spark: SparkSession, folder: Path) -> tuple[DataFrame, DataFrame]:
    """Each listener's artists for training, and those held out."""
    (path,) = folder.glob("user_artists.dat*")
    rows = spark.read.csv(str(path), sep="\t", header=True)
    pairs = rows.select(F.col("userID").cast("bigint").alias("listener"), F.trim("artistID").alias("item"))
    held_out = F.pmod(F.xxhash64("listener", "item"), F.lit(HELD_OUT)) == 0
    return at_hand(pairs.where(~held_out)), at_hand(pairs.where(held_out))


def judged(best: dict[int, Sequence[object]], held_out: dict[int, set[object]]) -> Found:
    """recall@20 and nDCG@20 as in the papers: the mean over listeners with held out items."""
    gains = 1 / np.log2(np.arange(2, LENGTH + 2))
    recalls, ndcgs = [], []
    for listener, wanted in held_out.items():
        hits = np.array([item in wanted for item in best.get(listener, ())], dtype=float)
        recalls.append(hits.sum() / len(wanted))
        ndcgs.append(hits @ gains[: len(hits)] / gains[: len(wanted)].sum())
    return Found(float(np.mean(recalls)), float(np.mean(ndcgs)), len(recalls))


def listeners_of(train: DataFrame, fitted: Fitted) -> DataFrame:
    """Each listener with the indexes of their items in the model."""
    places = train.join(fitted.items.select("item", "item_index"), on="item", how="inner")
    return places.groupBy("listener").agg(F.sort_array(F.collect_set("item_index")).alias("items"))


def by_popularity(own: dict[int, npt.NDArray[np.int32]], degrees: npt.NDArray[np.int32]) -> dict[int, list[int]]:
    """For each listener, the most popular items that they do not have: a check of the evaluation."""
    order = np.argsort(-degrees, kind="stable")
    return {listener: order[~np.isin(order, items)][:LENGTH].tolist() for listener, items in own.items()}


def measure(spark: SparkSession, name: str, data: tuple[DataFrame, DataFrame], parameters: Parameters) -> None:
    """Fit, score all listeners against all items, evaluate; print a line for the model and one for popularity."""
    train, test = data
    fit_session(spark, train.count())
    with tempfile.TemporaryDirectory() as home, peak_memory() as peak:
        folder, made = Path(home) / "model", list[Fitted]()
        began = processor_seconds()
        fitting = timed(lambda: made.append(fit(train, folder, parameters)))
        scored = list[DataFrame]()
        scoring = timed(lambda: scored.append(at_hand(best_items(listeners_of(train, made[0]), folder, LENGTH))))
        worked = processor_seconds() - began
        items = made[0].items.orderBy("item_index").toArrow()
        held_out = _held_out(test, items["item"].to_pylist())
        best = {row["listener"]: row["best"] for row in scored[0].toArrow().to_pylist()}
        found = judged(best, held_out)
        popular = _popular(listeners_of(train, made[0]), items["degree"].to_numpy(), held_out)
        one = _one_listener(folder, made[0].item_count)
    print(f"{name}: {made[0].listener_count:,} listeners, {made[0].item_count:,} items, {made[0].pair_count:,} pairs")
    said = f"rank {made[0].rank}, order {parameters.order}"
    said += f", {parameters.blend:g} iALS" if parameters.blend else ""
    print(f"  {'popularity':24} {popular.recall:.4f}  {popular.ndcg:.4f}  (the check of the evaluation)")
    print(
        f"  {'Segue, ' + said:24} {found.recall:.4f}  {found.ndcg:.4f}  fit {fitting:.0f} s, score {scoring:.0f} s,",
        f"{worked:.0f} s of processors, {peak[0]:.2f} GiB over all processes; load average {os.getloadavg()[0]:.1f}",
    )
    print(f"  one new listener with {min(ONE_LISTENERS_ITEMS, made[0].item_count // 2):,} items: {one * 1000:.0f} ms")
    if name == "LightGCN format":
        print(f"recall@20 {found.recall:.4f} ndcg@20 {found.ndcg:.4f}")


def _held_out(test: DataFrame, items: list[object]) -> dict[int, set[object]]:
    """By listener, the indexes of the held out items; items not in the training data have none, but count."""
    places = {item: place for place, item in enumerate(items)}
    rows = test.groupBy("listener").agg(F.collect_set("item").alias("items")).toArrow().to_pylist()
    return {row["listener"]: {places.get(item, f"unseen {item}") for item in row["items"]} for row in rows}


def _popular(listeners: DataFrame, degrees: npt.NDArray[np.int32], held_out: dict[int, set[object]]) -> Found:
    own = {row["listener"]: np.array(row["items"], np.int32) for row in listeners.toArrow().to_pylist()}
    return judged(dict(by_popularity(own, degrees)), held_out)


def _one_listener(folder: Path, items: int) -> float:
    """Seconds to rank all items for a new listener, in this process, with the model already loaded."""
    model, count = load(folder), min(ONE_LISTENERS_ITEMS, items // 2)
    own = np.sort(np.random.default_rng(1).choice(items, count, replace=False)).astype(np.int32)
    rank = partial(model.best, histories([own], items), LENGTH)
    return statistics.median(timed(rank) for _ in range(REPEATS))


def main() -> None:
    """Measure the data sets that are there; name those that are missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--order", type=int, default=1, choices=(1, 2, 3, 4), help="of the sharpening: 4 is T = 2")
    parser.add_argument("--blend", action="store_true", help="score with iALS as well, which takes longer")
    asked = parser.parse_args()
    pairs, artists = (
        Path(os.environ.get("CF_DATA", shared_data() / "gowalla")),
        Path(os.environ.get("CF_ARTISTS", shared_data() / "hetrec")),
    )
    parameters = Parameters(order=asked.order, sharpening=2.0) if asked.order > 1 else Parameters()
    parameters = replace(parameters, blend=BLEND) if asked.blend else parameters
    spark = session()
    if pairs.is_dir():
        print(f"  {'':24} recall@20  nDCG@20")
        for name, (recall, ndcg) in PUBLISHED.items():
            print(f"  {name:24} {recall:.4f}  {ndcg:.4f}  (Gowalla, published)")
        measure(spark, "LightGCN format", (lightgcn(spark, pairs, "train"), lightgcn(spark, pairs, "test")), parameters)
    else:
        print(f"skipped: there is no {pairs}, name a folder with train.txt and test.txt in CF_DATA")
    if artists.is_dir():
        measure(spark, "HetRec, artists", hetrec(spark, artists), parameters)
    else:
        print(f"skipped: there is no {artists}, name a folder with HetRec's user_artists.dat in CF_ARTISTS")
    spark.stop()


if __name__ == "__main__":
    main()
