"""How good the recommendations are, measured on plays that no step has seen.

At a cut in time everything of listeners that came after it is hidden, and the very `build` functions of the lake run on
what is left; what was played in the days after the cut is what should have been found. `cuts` chooses when, `past`
builds what would have been shown then, `music`, `baselines` and `targets` say what is ranked and what is right,
`metrics`, `intervals` and `judging` count, `leaks` looks for what must not have been known.
"""
