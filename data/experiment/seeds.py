"""One root seed, and from it an independent seed for everything that draws."""

from hashlib import sha256


def derive(root: int, *names: str | int) -> int:
    """Return the seed of one use, in 0 to 2⁶³ - 1.

    Parameters
    ----------
    root
        The study's seed.
    names
        What the seed is for, for example ``"lists", "run", 3``; equal names give equal seeds.
    """
    text = "\x1f".join(map(str, (root, *names)))
    return int.from_bytes(sha256(text.encode()).digest()[:8]) >> 1
