"""The tables after every tenth call has failed, compared with those of an undisturbed run.

`python -m benchmarks.failing_calls --catalogue FILE NAME=HISTORY.csv.gz …`: two homes with the same histories ask all
open questions, one of them a server that misbehaves; every column but `*_at` is compared.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks.comparing import differing
from benchmarks.histories import asking, count_plays, spend, world_and_histories
from flows import engine
from flows.demo.misbehaviour import read_misbehaviour
from flows.demo.world import World
from jobs.tables import CANDIDATES, CATALOGUE

ONE_IN_TEN = "error8=0.03,error29=0.02,html=0.02,truncated=0.02,other=0.01,seed=7"
# The tables compared: all facts and candidates, but not the log of when each answer came.
COMPARED = (*(table for table in CATALOGUE if table.name != "silver.catalogue_log"), *CANDIDATES)


def enriched(home: Path, world: World, misbehaviour: str = "") -> None:
    """Ask until no question is left, repeating what failed, and build the candidates."""
    with asking(home, world, read_misbehaviour(misbehaviour) if misbehaviour else None) as (settings, calls):
        while spend(settings):
            print(f"{calls.total:,} calls", flush=True)
        engine.build(settings, engine.CANDIDATES)


def main() -> None:
    """Compare in temporary homes; exit status 1 if a table differs."""
    world, histories = world_and_histories(__doc__)
    with tempfile.TemporaryDirectory() as folder:
        calm, disturbed = Path(folder) / "calm", Path(folder) / "disturbed"
        count_plays(calm, histories)
        shutil.copytree(calm, disturbed)
        enriched(calm, world)
        enriched(disturbed, world, ONE_IN_TEN)
        different = differing(calm, disturbed, COMPARED)
    sys.exit(f"these differ: {', '.join(different)}" if different else 0)


if __name__ == "__main__":
    main()
