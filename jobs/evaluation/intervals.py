"""Bootstrap intervals over listeners: the range for other samples of the same number of listeners.

Efron's percentile method: listeners are resampled with replacement; the interval is the middle 95 % of the results.
"""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from jobs.evaluation.figures import Measured
from jobs.evaluation.metrics import Doubles

DRAWS = 1_000
SEED = 7
MIDDLE = (2.5, 97.5)


def of_mean(values: Doubles) -> Measured:
    """The mean of one value for each listener, all weighted equally. Raises `ValueError` if there is none."""
    if not len(values):
        raise ValueError("there is no listener to take a mean over")
    low, high = np.percentile(_drawn(len(values)) @ values / len(values), MIDDLE)
    return Measured(float(values.mean()), float(low), float(high), len(values))


def of_all(shown: Doubles, figure: Callable[[Doubles], float], draws: int = DRAWS) -> Measured:
    """A figure of all lists together: `shown` is listeners x items, how often each item is shown to each.

    A draw repeats some listeners and leaves others out, so the interval is too low for figures that grow with the
    number of listeners, as coverage does.
    """
    values = [figure(weights @ shown) for weights in _drawn(len(shown))[:draws]]
    low, high = np.percentile(values, MIDDLE)
    return Measured(figure(shown.sum(axis=0)), float(low), float(high), len(shown))


@lru_cache(maxsize=16)
def _drawn(listeners: int) -> npt.NDArray[np.float64]:
    """Draws x listeners: how often each listener is drawn."""
    chance = np.random.default_rng(SEED)
    return chance.multinomial(listeners, np.full(listeners, 1 / listeners), size=DRAWS).astype(float)
