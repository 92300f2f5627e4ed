"""Writing down who got in, who did not, and who changed whose rights."""

from collections.abc import Collection

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_noop

from agencyhub.accounts.models import AccessEvent, User
from agencyhub.lib.db import one_or_none
from agencyhub.lib.scanning import Finding
from agencyhub.lib.visitors import Visit

NOWHERE = Visit()
FETCHED = gettext_noop("In a file that AgencyHub fetched: %(signature_name)s")
SENT = gettext_noop("In a file that was sent: %(signature_name)s")


def note(
    kind: AccessEvent.Kind,
    *,
    user: User | None = None,
    actor: User | None = None,
    visit: Visit = NOWHERE,
    detail: str = "",
) -> None:
    """Add one line to the log; ``detail`` holds names of roles and rights, nothing of clients."""
    AccessEvent.objects.create(
        kind=kind,
        user=user,
        actor=actor,
        address=visit.address,
        browser=visit.browser,
        detail=detail,
    )


@transaction.atomic(durable=True)
def note_infected(finding: Finding) -> None:
    """Put on record what the virus scanner found; the name of the file may be about clients.

    Raises:
        RuntimeError: in a transaction, with which the line would be lost as the file is refused.
    """
    words = (SENT if finding.user_id else FETCHED) % {"signature_name": finding.signature}
    user = one_or_none(User.objects.filter(pk=finding.user_id or 0))
    note(AccessEvent.Kind.FILE_REFUSED, user=user, detail=words)


def difference(label: str, before: Collection[str], after: Collection[str]) -> str:
    """Say what was added to some names and what was taken away; blank when they are the same."""
    parts = (
        ("added", [name for name in after if name not in before]),
        ("removed", [name for name in before if name not in after]),
    )
    with translation.override(None):  # what the log keeps is English
        words = "; ".join(f"{verb} {', '.join(map(str, names))}" for verb, names in parts if names)
    return f"{label}: {words}." if words else ""
