"""How each carrier tells its statuses: its name in AgencyHub's address, its key, how often."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from sandbox.store import Store

KEPT = "premier"
MOST_MINUTES = 24 * 60
SLUGS = {"humana": "humana", "uhc": "unitedhealthcare", "aetna": "aetna"}


@dataclass(frozen=True)
class Settings:
    """One carrier's; ``minutes`` between two pushes by schedule, 0 for pushes by hand only."""

    slug: str
    api_key: str = ""
    minutes: int = 0


def of(store: Store, carrier: str) -> Settings:
    """The settings of a carrier."""
    kept = (store.setting(KEPT) or {}).get(carrier, {})
    return Settings(**{"slug": SLUGS[carrier], **kept})


def change(store: Store, carrier: str, changes: Mapping[str, Any]) -> Settings:
    """Change a carrier's settings.

    Raises:
        ValueError: one of them makes no sense.
    """
    minutes = int(changes.get("minutes", of(store, carrier).minutes))
    if not 0 <= minutes <= MOST_MINUTES:
        msg = f"Enter 0 to {MOST_MINUTES} minutes."
        raise ValueError(msg)
    known = {name: str(changes[name]).strip() for name in ("slug", "api_key") if name in changes}
    with store.transaction():
        changed = replace(of(store, carrier), **known, minutes=minutes)
        store.keep_setting(KEPT, (store.setting(KEPT) or {}) | {carrier: asdict(changed)})
    return changed
