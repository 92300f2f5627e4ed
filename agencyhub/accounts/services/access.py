"""Writing down who got in, who did not, and who changed whose rights."""

from collections.abc import Collection

from django.utils import translation

from agencyhub.accounts.models import AccessEvent, User
from agencyhub.lib.visitors import Visit

NOWHERE = Visit()


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


@translation.override(None)  # what the log keeps is English
def difference(label: str, before: Collection[str], after: Collection[str]) -> str:
    """Say what was added to some names and what was taken away; blank when they are the same."""
    parts = (
        ("added", [name for name in after if name not in before]),
        ("removed", [name for name in before if name not in after]),
    )
    words = "; ".join(f"{verb} {', '.join(map(str, names))}" for verb, names in parts if names)
    return f"{label}: {words}." if words else ""
