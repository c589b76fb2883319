"""The parameters of the collaborative model, and how they are stored with it."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from jobs.json_file import write_json

ABOUT = "model.json"


@dataclass(frozen=True)
class Parameters:
    """The constants of the formula in `jobs.collaborative`; the defaults won on held out items of Gowalla's train set.

    `rank` is the largest number of singular vectors: a small community has fewer. `blend` is the part, 0..1, of
    jobs/collaborative/ials.py in the score, whose constants are `ials_…`; if it is 0, that is not fitted.
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
    """Write the model's parameters and sigma_1 into its folder."""
    write_json(folder / ABOUT, {"parameters": asdict(parameters), "sigma": sigma})


def read_about(folder: Path) -> tuple[Parameters, float]:
    """The parameters and sigma_1 of the model in a folder."""
    about = json.loads((folder / ABOUT).read_text())
    return Parameters(**about["parameters"]), float(about["sigma"])
