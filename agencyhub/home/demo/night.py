"""HealthSherpa Medicare and ComTrack, connected: the sandbox delivers, the hub asks itself."""

from datetime import datetime

from django.conf import settings

from agencyhub.accounts import api_keys
from agencyhub.accounts.models import ApiKey
from agencyhub.records import history
from agencyhub.records.models import Batch
from integrations.comtrack.models import Connection as ComtrackConnection
from integrations.healthsherpa.models import Connection

KEY_NAME = "Partner sandbox"
QUERY_PATH = "/api/v1/comtrack/query"
# The sandbox sends its own key with the scope behind it.
SCOPES = (ApiKey.Scope.HEALTHSHERPA, ApiKey.Scope.COMTRACK, ApiKey.Scope.PREMIER)


def connect(*, at: datetime) -> int:
    """Connect what is not connected yet, and follow the hub to another port; say how many changes.

    Without the sandbox's key there is nobody to connect.
    """
    if not settings.SANDBOX_API_KEY:
        return 0
    added = sum(_ensure_key(scope) for scope in SCOPES)
    summary = "The sandbox's HealthSherpa connected"
    with history.batch(user=None, channel=Batch.Channel.SYSTEM, summary=summary):
        values = {"is_active": True, "activated_at": at}
        _, is_new = Connection.objects.get_or_create(pk=1, defaults=values)
        return added + is_new + _ensure_comtrack(at)


def _ensure_key(scope: ApiKey.Scope) -> bool:
    raw = f"{settings.SANDBOX_API_KEY}.{scope.value}"
    digest = api_keys.digest_of(raw)
    defaults = {"name": KEY_NAME, "scope": scope, "prefix": raw[: api_keys.SHOWN]}
    return ApiKey.objects.get_or_create(digest=digest, defaults=defaults)[1]


def _ensure_comtrack(at: datetime) -> bool:
    """The demo's ComTrack is the hub itself; somebody's own address stays."""
    address = f"{settings.HUB_URL.rstrip('/')}{QUERY_PATH}"
    found = ComtrackConnection.objects.filter(pk=1).first()
    if found is None:
        ComtrackConnection.objects.create(
            pk=1,
            is_active=True,
            activated_at=at,
            address=address,
            api_key=f"{settings.SANDBOX_API_KEY}.{ApiKey.Scope.COMTRACK.value}",
        )
        return True
    is_ours = found.address.startswith("http://127.0.0.1:") and found.address.endswith(QUERY_PATH)
    if not is_ours or found.address == address:
        return False
    found.address = address
    found.save(update_fields=["address"])
    return True
