"""What a partner of the sandbox is; a new one is a package and a line in ``server.PARTNERS``."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from sandbox.html import Markup
from sandbox.store import Store
from sandbox.web import Route


class Options(Protocol):
    """What partners read of the server's options."""

    @property
    def data(self) -> Path: ...
    @property
    def host(self) -> str: ...
    @property
    def hub(self) -> str | None: ...
    @property
    def api_key(self) -> str: ...
    @property
    def carrier_password(self) -> str: ...
    @property
    def sftp_port(self) -> int | None: ...
    @property
    def settings(self) -> dict[str, Any]: ...
    @property
    def push_workers(self) -> int: ...
    @property
    def retry_base_seconds(self) -> float: ...
    @property
    def retry_limit_seconds(self) -> float: ...
    @property
    def timeout_seconds(self) -> float: ...
    @property
    def today(self) -> Callable[[], date]: ...


@dataclass(frozen=True)
class Context:
    """What every partner is given."""

    store: Store
    options: Options


class Partner(Protocol):
    """One outside company that the sandbox plays."""

    name: str
    url: str

    def routes(self) -> Sequence[Route]:
        """Its pages and its doors for machines."""

    def card(self, base_url: str) -> Markup:
        """Its part of the home page: what it is and what to enter in AgencyHub."""

    def start(self) -> None:
        """Begin background work."""

    def stop(self) -> None:
        """End background work; what is under way may finish."""
