"""Counting what happens within a time, in the cache, for all processes together."""

from django.core.cache import cache


def count_up(key: str, *, seconds: int) -> int:
    """Add one to a count that starts again ``seconds`` after its first; return the count."""
    cache.add(key, 0, seconds)
    try:
        return cache.incr(key)
    except ValueError:  # it ran out between the two
        cache.set(key, 1, seconds)
        return 1
