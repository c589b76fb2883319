"""The controls for tuning a list: discover or familiar, adventurousness, and only tracks never played."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, get_args

from ui.lists import Mode, Wanted
from ui.strategies import STRATEGIES

MODES = (
    ("balanced", "Balanced", "Artists you know and artists you do not"),
    ("discover", "Discover", "Artists that you played fewer than 3 times"),
    ("familiar", "Familiar", "Artists that you play already"),
)
# Steps of the slider, from the best known to the rarest.
STEPS = 10
MIDDLE = STEPS // 2
INTRODUCTION = (
    '<aside class="sg-intro"><p><strong>This is what you may want to hear next.</strong> Segue reads what you have'
    " played and says with every track why it is here: an artist near those you play, a tag you keep coming back to,"
    " a deep cut, an old favorite gone quiet. Say <em>Like</em>, <em>Not now</em> (for 30 days) or <em>Never</em>,"
    ' and the list follows at once.</p><button type="button" data-do="met" class="sg-quiet">Got it</button></aside>'
)


@dataclass(frozen=True)
class Tuned:
    """The tuning chosen; `adventurousness` from 0 (best known) to 1 (rarest), None for the order as ranked."""

    mode: Mode = "balanced"
    adventurousness: float | None = None
    unheard: bool = False

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> "Tuned":
        """Parse the form's fields as sent by a browser; invalid values count as the defaults."""
        mode: Mode = next((each for each in get_args(Mode) if each == told.get("mode")), "balanced")
        step = str(told.get("adventurousness", ""))
        sought = None if told.get("ranked") or not step.isdecimal() else min(int(step), STEPS) / STEPS
        return cls(mode, sought, bool(told.get("unheard")))

    def wanted(self, strategy: str | None, length: int) -> Wanted:
        """The list to ask for."""
        only = (strategy,) if strategy is not None and strategy in STRATEGIES else ()
        return Wanted(length, 0, only, self.mode, self.adventurousness, exclude_seen=self.unheard)


def controls() -> str:
    """The form with its defaults."""
    modes = "".join(
        f'<label title="{escape(what)}"><input type="radio" name="mode" value="{value}"'
        f"{' checked' if value == 'balanced' else ''}><span>{said}</span></label>"
        for value, said, what in MODES
    )
    return (
        '<form class="sg-tune" data-do="tune" aria-label="Tune the list">'
        f'<fieldset class="sg-segments"><legend class="sg-unseen">Artists</legend>{modes}</fieldset>'
        '<div class="sg-adventure"><label class="sg-check"><input type="checkbox" name="ranked" checked>'
        "<span>Best match</span></label>"
        '<label class="sg-range"><span class="sg-unseen">Adventurousness</span>'
        '<span aria-hidden="true">well known</span>'
        f'<input type="range" name="adventurousness" min="0" max="{STEPS}" value="{MIDDLE}"'
        ' aria-label="Adventurousness, from well known to rare"><span aria-hidden="true">rare</span></label></div>'
        '<label class="sg-check"><input type="checkbox" name="unheard"><span>Never played</span></label></form>'
    )
