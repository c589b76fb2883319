"""The strategies, in the order in which a track's reasons are listed."""

from jobs.silver import (
    candidate_audio_match,
    candidate_collaborative,
    candidate_deep_cut,
    candidate_old_favorite,
    candidate_similar_artist,
    candidate_similar_tag,
)

MODULES = {
    "similar_artist": candidate_similar_artist,
    "similar_tag": candidate_similar_tag,
    "deep_cut": candidate_deep_cut,
    "old_favorite": candidate_old_favorite,
    "collaborative": candidate_collaborative,
    "audio_match": candidate_audio_match,
}
STRATEGIES = tuple(MODULES)
# The only strategy that proposes tracks that the listener has played.
PLAYED = "old_favorite"
