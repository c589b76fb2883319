"""Pseudo-random numbers without clock or state: the same words always give the same number."""

from hashlib import blake2b

RANGE = 2**64


def drawn(*about: object) -> float:
    """A number from 0 to below 1, uniformly distributed over different words."""
    digest = blake2b("\x1f".join(map(str, about)).encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big") / RANGE
