"""How the sandbox's HealthSherpa delivers: where to, and the shapes and habits of real ones."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any
from urllib.parse import urlsplit

ENVELOPES = {
    "bare": "The object itself",
    "array": "An array",
    "data": "Under data",
    "payload": "Under payload",
    "text": "As JSON in a string, under text",
}
CASINGS = {"snake": "snake_case", "camel": "camelCase"}
RETRY_SECONDS = (20, 600, 3600)
"""HealthSherpa tries again after 20 seconds, 10 minutes and an hour, and then gives up."""
MOST_COPIES = 5
LONGEST_DELAY_SECONDS = 3600.0


class SettingsError(ValueError):
    """Settings that make no sense; ``errors`` maps each to what is wrong."""

    def __init__(self, errors: dict[str, str]):
        super().__init__(" ".join(f"{name}: {words}" for name, words in errors.items()))
        self.errors = errors


@dataclass(frozen=True)
class Settings:
    """Every setting; the defaults are a partner that behaves, with retries sixty times as fast."""

    hub: str = "http://127.0.0.1:8000"
    envelope: str = "bare"
    casing: str = "snake"
    copies: int = 1
    delay_seconds: float = 0.0
    only_name: bool = False
    retry_scale: float = 1 / 60

    @property
    def webhook(self) -> str:
        """Where submissions are delivered."""
        return f"{self.hub}/hooks/healthsherpa/"

    @property
    def query(self) -> str:
        """Where ComTrack is asked at night."""
        return f"{self.hub}/api/v1/comtrack/query"

    def seconds_until_retry(self, tries: int) -> float | None:
        """How long to wait after a number of failed tries; None when it is given up."""
        if tries > len(RETRY_SECONDS):
            return None
        return RETRY_SECONDS[tries - 1] * self.retry_scale


def change(settings: Settings, changes: Mapping[str, Any]) -> Settings:
    """Settings with some of them changed.

    Raises:
        SettingsError: naming each that makes no sense.
    """
    known = {one.name for one in fields(Settings)}
    errors = {name: "No such setting." for name in changes if name not in known}
    for name, value in changes.items():
        words = _wrong(name, value) if name in known else ""
        if words:
            errors[name] = words
    if errors:
        raise SettingsError(errors)
    hub = str(changes.get("hub", settings.hub)).rstrip("/")
    return replace(settings, **{**changes, "hub": hub})


def as_json(settings: Settings) -> dict[str, Any]:
    """Settings as they are stored."""
    return asdict(settings)


def _wrong(name: str, value: Any) -> str:
    if name in ("envelope", "casing"):
        return "" if value in (ENVELOPES if name == "envelope" else CASINGS) else "Choose one."
    if name == "only_name":
        return "" if isinstance(value, bool) else "Say yes or no."
    if name == "hub":
        is_address = isinstance(value, str) and urlsplit(value).scheme in ("http", "https")
        return "" if is_address else "Enter an address such as http://127.0.0.1:8000."
    lowest, highest = {
        "copies": (1, MOST_COPIES),
        "delay_seconds": (0, LONGEST_DELAY_SECONDS),
        "retry_scale": (0, 1),
    }[name]
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if name == "copies" and not isinstance(value, int):
        is_number = False
    is_fine = is_number and lowest <= value <= highest
    return "" if is_fine else f"Enter a number from {lowest} to {highest:g}."
