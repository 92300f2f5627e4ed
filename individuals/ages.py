"""How old somebody is."""

from datetime import date


def age(*, born: date | None, on: date, died: date | None = None) -> int | None:
    """Full years on a day, or at death; None when the date of birth is not known."""
    if born is None:
        return None
    end = min(on, died) if died else on
    return end.year - born.year - ((end.month, end.day) < (born.month, born.day))
