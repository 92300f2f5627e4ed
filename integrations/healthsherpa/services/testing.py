"""Sending a sample through the real door: address, key, envelope and inbox are all tried."""

import json
import time
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils.translation import gettext

from agencyhub.accounts import api_keys
from agencyhub.accounts.models import ApiKey
from integrations.errors import (
    PartnerContractError,
    PartnerRejectedError,
    PartnerUnavailableError,
)
from integrations.healthsherpa.partner import TEST_ID
from integrations.http import Client, Patience, split_address

SAMPLE = Path(__file__).parent.parent / "samples" / "captive_agent.json"
KEY_WORKS = timedelta(minutes=1)
AT_ONCE = Patience(retries=0)


@dataclass(frozen=True)
class Tested:
    """What came of a test; ``message_id`` names the message in the inbox."""

    is_fine: bool
    words: str
    milliseconds: int
    message_id: str = ""


def send_sample(*, webhook_url: str, at: datetime) -> Tested:
    """Post the sample to our own webhook, with a key that is deleted at once."""
    new = api_keys.create_key(
        name="Test of the connection", scope=ApiKey.Scope.HEALTHSHERPA, expires_at=at + KEY_WORKS
    )
    started = time.monotonic()
    try:
        answer = _post(webhook_url, new.raw, _sample(at))
    except PartnerUnavailableError:
        words = gettext("The webhook could not be reached under this address from here.")
        return Tested(False, words, _since(started))
    except PartnerRejectedError as error:
        words = gettext("The webhook refused the sample (%(value)s).") % {
            "value": error.status or "no answer"
        }
        return Tested(False, words, _since(started))
    except PartnerContractError:
        words = gettext("Something else than AgencyHub answers under this address.")
        return Tested(False, words, _since(started))
    finally:
        new.key.delete()
    words = gettext("The sample was received. It makes no application.")
    return Tested(True, words, _since(started), str(answer.get("message_id", "")))


def _post(webhook_url: str, key: str, body: dict[str, Any]) -> dict[str, Any]:
    origin, path = split_address(webhook_url)
    with Client(
        partner="healthsherpa-test",
        base_url=origin,
        headers={"X-API-Key": key},
        patience=AT_ONCE,
    ) as client:
        answer = client.call("POST", path, body=body).json()
    return answer if isinstance(answer, dict) else {}


def _sample(at: datetime) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(SAMPLE.read_text(encoding="utf-8"))
    body["medicare_application"] |= {
        "id": f"{TEST_ID}{uuid.uuid4()}",
        "updated_at": at.isoformat(timespec="milliseconds"),
    }
    return body


def _since(started: float) -> int:
    return int((time.monotonic() - started) * 1000)
