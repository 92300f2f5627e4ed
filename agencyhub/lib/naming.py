"""People's names as screens show them."""

from typing import Any


def full_name(first_name: str | None, last_name: str | None, suffix: str | None) -> str:
    """First, last and suffix, for screens only; blank of nobody."""
    return " ".join(filter(None, (first_name, last_name, suffix)))


class FullName:
    """One name for whoever has ``first_name``, ``last_name`` and ``suffix``."""

    @property
    def full_name(self: Any) -> str:
        """First, last and suffix, for screens only."""
        return full_name(self.first_name, self.last_name, self.suffix)
