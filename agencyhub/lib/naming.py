"""People's names as screens show them."""

from typing import Any


class FullName:
    """One name for whoever has ``first_name``, ``last_name`` and ``suffix``."""

    @property
    def full_name(self: Any) -> str:
        """First, last and suffix, for screens only."""
        return " ".join(filter(None, (self.first_name, self.last_name, self.suffix)))
