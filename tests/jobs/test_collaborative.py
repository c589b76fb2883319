"""The fitted model scores as the formula says, and keeps to the community that a listener is of."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from scipy.sparse import csr_matrix

from jobs.collaborative.fit import fit
from jobs.collaborative.ials import Embedding, solved
from jobs.collaborative.parameters import Parameters
from jobs.collaborative.recommend import best_items
from jobs.collaborative.scoring import Model, histories, load

Dense = npt.NDArray[np.float64]


def drawn(listeners: int = 30, items: int = 20) -> Dense:
    """Who listens to what at random; nobody to nothing, and nothing by nobody."""
    chance = np.random.default_rng(3)
    ones = (chance.random((listeners, items)) < 0.2).astype(float)
    ones[np.arange(listeners), np.arange(listeners) % items] = 1
    return ones


def pairs(spark: SparkSession, ones: Dense) -> DataFrame:
    rows = [f"({listener}, {item})" for listener, item in zip(*ones.nonzero(), strict=True)]
    return spark.sql(f"SELECT * FROM VALUES {', '.join(rows)} AS pairs(listener, item)")


def by_the_formula(ones: Dense, histories: Dense, parameters: Parameters) -> Dense:
    """The formula of jobs/collaborative, word for word, with dense matrices."""
    of_listeners, of_items = ones.sum(axis=1), ones.sum(axis=0)
    scaled = np.diag(of_listeners**-parameters.listener_exponent) @ ones @ np.diag(of_items**-0.5)
    norm = scaled / np.linalg.norm(scaled, 2)
    near = norm.T @ norm
    q = sum(each * np.linalg.matrix_power(near, power) for power, each in enumerate(parameters.series))
    leading = np.linalg.svd(norm)[2][: parameters.rank].T
    ideal = np.diag(of_items**-0.5) @ leading @ leading.T @ np.diag(of_items**0.5)
    sharpened = near @ q + parameters.low_rank_weight * ideal @ q
    scores: Dense = histories @ sharpened @ np.diag(of_items**parameters.popularity_exponent)
    return scores


@pytest.fixture(scope="module")
def parameters() -> Parameters:
    # Singular vectors are distinct up to there, so that the subspace is the same however it is found.
    return Parameters(rank=5, order=2, low_rank_weight=0.5, power_steps=8)


@pytest.fixture(scope="module")
def folder(spark: SparkSession, parameters: Parameters, tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("model") / "drawn"
    fit(pairs(spark, drawn()), where, parameters)
    return where


@pytest.fixture(scope="module")
def model(folder: Path) -> Model:
    return load(folder)


def test_every_score_is_the_formulas(model: Model, parameters: Parameters) -> None:
    newcomers = drawn(7)

    found = model.scores(csr_matrix(newcomers.astype(np.float32))).T
    assert found == pytest.approx(by_the_formula(drawn(), newcomers, parameters), rel=1e-4, abs=1e-6)


def test_what_each_seed_adds_makes_up_the_score(model: Model) -> None:
    history = csr_matrix(drawn(1).astype(np.float32))

    shares = model.shares(history, np.arange(20))
    assert shares.sum(axis=0) == pytest.approx(model.scores(history)[:, 0], rel=1e-4)


def test_what_counts_twice_adds_twice_as_much(model: Model) -> None:
    once, twice = (
        model.shares(histories([np.array([3, 8])], 20, [np.array([counts, 1.0])]), np.arange(20))
        for counts in (1.0, 2.0)
    )

    assert twice[0] == pytest.approx(2 * once[0]) and twice[1] == pytest.approx(once[1])


def test_all_items_are_ranked_and_those_of_the_history_left_out(
    spark: SparkSession, folder: Path, parameters: Parameters
) -> None:
    expected = by_the_formula(drawn(), drawn(), parameters)
    expected[drawn() > 0] = -np.inf
    listeners = pairs(spark, drawn()).groupBy("listener").agg(F.collect_list("item").alias("items"))

    for row in best_items(listeners, folder, 6).collect():
        assert row.best == np.argsort(-expected[row.listener])[:6].tolist()


def test_the_same_pairs_give_the_same_files_however_they_lie(spark: SparkSession, folder: Path, tmp_path: Path) -> None:
    again = pairs(spark, drawn()).repartition(7)
    fit(
        again.unionByName(again.limit(9)),
        tmp_path / "again",
        Parameters(rank=5, order=2, low_rank_weight=0.5, power_steps=8),
    )

    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert {path.name: path.read_bytes() for path in (tmp_path / "again").iterdir()} == files


def test_a_listener_is_led_to_their_own_community(spark: SparkSession, tmp_path: Path) -> None:
    worlds: Dense = np.kron(np.eye(2), np.random.default_rng(1).random((40, 25)) < 0.4).astype(float)
    heard_by_all = 25
    worlds[:, heard_by_all] = 1
    fit(pairs(spark, worlds), tmp_path / "worlds", Parameters())
    newcomer = np.zeros((1, 50), np.float32)
    newcomer[0, 3:9] = 1

    best, _ = load(tmp_path / "worlds").best(csr_matrix(newcomer), 18)
    assert set(best[0]) - {heard_by_all} <= set(range(25))


@pytest.mark.parametrize("pairs_of_row", [3, 9], ids=["fewer than the rank", "more"])
def test_a_vector_is_the_least_squares_solution_however_it_is_found(pairs_of_row: int) -> None:
    chance = np.random.default_rng(5)
    others, weights = chance.random((pairs_of_row, 6)), chance.random(pairs_of_row) + 0.5
    damping = chance.random(6) + 0.1

    expected = np.linalg.solve(np.diag(damping) + others.T * weights @ others, others.T @ weights)
    found = solved(*(each.astype(np.float32) for each in (others, weights, damping)))
    assert found == pytest.approx(expected, rel=1e-4)


def objective(embedding: Embedding, ones: Dense, parameters: Parameters) -> float:
    """What jobs/collaborative/ials.py minimises, word for word."""
    items, listeners = embedding.items, embedding.vectors(csr_matrix(ones.astype(np.float32)))
    predicted, unobserved = listeners @ items.T, parameters.ials_unobserved
    of_listeners, of_items = (
        ((ones.sum(axis=axis) + unobserved * ones.shape[axis]) * (vectors**2).sum(axis=1)).sum()
        for axis, vectors in ((1, listeners), (0, items))
    )
    fitting = (ones * (1 - predicted) ** 2).sum() + unobserved * (predicted**2).sum()
    return float(fitting + parameters.ials_regularisation * (of_listeners + of_items))


@pytest.fixture(scope="module")
def blended(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Model:
    where = tmp_path_factory.mktemp("model") / "blended"
    fit(pairs(spark, drawn()), where, Parameters(rank=5, blend=0.4, ials_rank=4, ials_steps=4))
    return load(where)


def test_each_step_brings_the_embedding_nearer_to_who_listens_to_what(
    spark: SparkSession, blended: Model, tmp_path: Path
) -> None:
    once = Parameters(rank=5, blend=0.4, ials_rank=4, ials_steps=1)
    fit(pairs(spark, drawn()), tmp_path / "once", once)
    first = load(tmp_path / "once")

    assert first.embedding and blended.embedding
    assert objective(blended.embedding, drawn(), once) < 0.95 * objective(first.embedding, drawn(), once)


def test_a_blended_score_is_the_mean_of_two_z_scores_and_its_shares_make_it_up(blended: Model) -> None:
    history = csr_matrix(drawn(1).astype(np.float32))
    alone = [one.scores(history)[:, 0] for one in (replace(blended, embedding=None), blended.embedding) if one]

    parts = [part * (one - one.mean()) / one.std() for part, one in zip((0.6, 0.4), alone, strict=True)]
    assert blended.scores(history)[:, 0] == pytest.approx(sum(parts), rel=1e-3, abs=1e-4)
    shares = [part * one / one.std() for part, one in zip((0.6, 0.4), alone, strict=True)]
    assert blended.shares(history, np.arange(20)).sum(axis=0) == pytest.approx(sum(shares), rel=1e-3, abs=1e-4)
