"""Whether two names are one, written with a slip of the pen. Pure."""

from rapidfuzz.distance import OSA

SHORTEST = 3
LONG = 7


def is_typo(a: str, b: str) -> bool:
    """One letter missing, added, wrong or swapped with its neighbour; two in long names.

    Names are written as ``name_key`` writes them. Of names below three letters nobody can say.
    """
    shortest = min(len(a), len(b))
    if shortest < SHORTEST:
        return False
    most = 2 if shortest >= LONG else 1
    return OSA.distance(a, b, score_cutoff=most) <= most
