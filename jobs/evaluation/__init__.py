"""Measures how good the recommendations are, on plays that no step has seen.

At a cut in time, all later data of listeners is hidden and the lake's own `build` functions run on the rest; plays in
the days after the cut are what should have been recommended. `cuts` chooses the times, `past` builds what would have
been shown then, `music`, `baselines` and `targets` define what is ranked and what is right, `metrics`, `intervals` and
`judging` compute the figures, `leaks` checks that nothing from after the cut was used.
"""
