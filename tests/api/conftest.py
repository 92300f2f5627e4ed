"""Calling the API the way a script does."""

import json
from typing import Any

import pytest
from django.test import Client

from agencyhub.accounts import api_keys

ROOT = "/api/v1/"


class Script:
    """A script with a key of the whole agency, or of one user."""

    def __init__(self, user=None, scope="api"):
        self.key = api_keys.create_key(name="Nightly job", scope=scope, user=user)
        self.client = Client()

    def call(self, method: str, path: str, body: Any = None, **headers: str):
        sent = {"Authorization": f"Bearer {self.key.raw}", **_named(headers)}
        path = path if path.startswith("http") else ROOT + path
        data = "" if body is None else body if isinstance(body, str) else json.dumps(body)
        return self.client.generic(
            method.upper(), path, data, content_type="application/json", headers=sent
        )

    def get(self, path, **headers):
        return self.call("get", path, **headers)

    def post(self, path, body, **headers):
        return self.call("post", path, body, **headers)

    def change(self, path, body, method="patch", **headers):
        """Change a record as it is now."""
        if "if_match" not in headers:
            headers["if_match"] = self.get(path)["ETag"]
        return self.call(method, path, body, **headers)


def _named(headers):
    return {name.replace("_", "-").title(): value for name, value in headers.items()}


@pytest.fixture
def script(db):
    return Script()


def errors_of(answer):
    """Fields and codes of a problem document."""
    assert answer["Content-Type"] == "application/problem+json"
    document = answer.json()
    assert document["status"] == answer.status_code
    return {error["field"]: error["code"] for error in document["errors"]}
