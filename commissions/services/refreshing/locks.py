"""One at a time writes links: a run at its end, or a decision."""

from agencyhub.lib.db import lock_keys


def lock_links() -> None:
    """Wait until nobody else writes links; until the transaction ends, nobody else does."""
    lock_keys(["match links"])
