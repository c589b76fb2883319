"""What the model is fitted with."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from jobs.json_file import write_json

ABOUT = "model.json"


@dataclass(frozen=True)
class Parameters:
    """The constants of the formula in `jobs.collaborative`; the defaults won on held out items of Gowalla's train set.

    `rank` is how many singular vectors there are at most: a smaller community has fewer. `blend` is which part of the
    score is that of jobs/collaborative/ials.py, whose constants are `ials_…`; where it is 0, that is not fitted.
    """

    listener_exponent: float = 0.3
    sharpening: float = 0.8
    order: int = 1
    rank: int = 768
    low_rank_weight: float = 0.07
    popularity_exponent: float = 0.15
    power_steps: int = 4
    seed: int = 7
    blend: float = 0.0
    ials_rank: int = 1024
    ials_regularisation: float = 0.005
    ials_unobserved: float = 0.01
    ials_steps: int = 8

    @property
    def series(self) -> tuple[float, ...]:
        """The coefficients of q(P): (-T)^j / j! for j = 0..order."""
        coefficients = [1.0]
        for power in range(1, self.order + 1):
            coefficients.append(coefficients[-1] * -self.sharpening / power)
        return tuple(coefficients)


def write_about(folder: Path, parameters: Parameters, sigma: float) -> None:
    """Write down in the model's folder what it was fitted with, and its sigma_1."""
    write_json(folder / ABOUT, {"parameters": asdict(parameters), "sigma": sigma})


def read_about(folder: Path) -> tuple[Parameters, float]:
    """The parameters and sigma_1 of the model in a folder."""
    about = json.loads((folder / ABOUT).read_text())
    return Parameters(**about["parameters"]), float(about["sigma"])
