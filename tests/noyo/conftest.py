"""A Noyo to read from: the sandbox, on a free port, once for a module."""

import json
import urllib.request
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from integrations.noyo.models import Account, Credentials
from sandbox.server import Options, Sandbox

SECRET = "a-secret-of-the-sandbox"
WEBHOOK_SECRET = "a-webhook-secret"


class FakeNoyo:
    """The sandbox's Noyo: its address, and what happens to it."""

    def __init__(self, url: str) -> None:
        self.url = url

    def control(self, **changes: Any) -> Any:
        """Say how it behaves from now on."""
        return self._send("POST", json.dumps(changes).encode())

    def wish(self, name: str, **more: Any) -> Any:
        """Let something happen at a carrier."""
        return self.control(wishes=[{"do": name} | more])["done"][0]

    def calls(self) -> dict[str, int]:
        """How often each address was called since calls were forgotten."""
        found: dict[str, int] = self._send("GET", None)["calls"]
        return found

    def _send(self, method: str, body: bytes | None) -> Any:
        request = urllib.request.Request(
            f"{self.url}/noyo/control",
            data=body,
            method=method,
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)


@pytest.fixture(scope="module")
def _noyo_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeNoyo]:
    options = Options(
        data=tmp_path_factory.mktemp("noyo"), hub="http://127.0.0.1:9", port=0, api_key="",
        carrier_password=SECRET, today=lambda: date(2026, 11, 22),
    )  # fmt: skip
    with Sandbox(options) as sandbox:
        yield FakeNoyo(sandbox.url)


@pytest.fixture
def fake(_noyo_server: FakeNoyo) -> FakeNoyo:
    """The sandbox as it begins."""
    _noyo_server.control(reset=True, forget_calls=True)
    return _noyo_server


@pytest.fixture
def account(fake: FakeNoyo, db: None) -> Account:
    """An account that is connected to the sandbox."""
    account = Account.objects.create(
        pk=1,
        is_active=True,
        fulfillment_url=f"{fake.url}/noyo/fulfillment",
        tracking_url=f"{fake.url}/noyo/tracking",
        token_url=f"{fake.url}/noyo/auth/public/token",
    )
    Credentials.objects.create(
        account=account, client_id="sandbox-noyo", client_secret=SECRET,
        webhook_secret=WEBHOOK_SECRET, places="",
    )  # fmt: skip
    return account
