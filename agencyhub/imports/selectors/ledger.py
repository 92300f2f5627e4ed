"""The ledger: which imports somebody sees, newest first."""

import re
from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet

from agencyhub.accounts.models import User
from agencyhub.imports.models import Import, Template
from agencyhub.lib.keyset import NEWEST_FIRST, KeysetPage, page

VIEW = "imports.view_import"
REJECTED_FILE = re.compile(r"rejected_rows_(\d{1,18})\b")
"""Names of files with the rejected rows of an import, also where a browser numbers copies."""
WORKING = (
    Import.State.RECEIVED,
    Import.State.CHECKING,
    Import.State.COMMITTING,
    Import.State.UNDOING,
)
WAITING = (Import.State.MAPPING, Import.State.CHECKED, Import.State.ATTENTION)
"""States in which a person has to do something before the import goes on."""


# What only the page of one import shows; reasons and headers may be long.
_OF_ONE = ("headers", "totals", "reasons", "mark", "options")


def visible_to(user: User) -> QuerySet[Import]:
    """The imports that ``user`` may look at, with what pages show of them."""
    runs = Import.objects.visible_to(user)
    return runs.select_related("file", "user", "batch", "version__template", "duplicate_of__user")


def ledger(*, user: User, kind: str, state: str, params: Mapping[str, Any]) -> KeysetPage[Import]:
    """One page of the ledger; ``state`` is a state, ``waiting`` or ``working``, or empty."""
    seen = Import.objects.visible_to(user)
    runs = seen.select_related("file", "user", "batch").defer(*_OF_ONE)
    if kind:
        runs = runs.filter(kind=kind)
    groups: dict[str, Q] = {"waiting": Q(state__in=WAITING), "working": Q(state__in=WORKING)}
    if state:
        runs = runs.filter(groups.get(state, Q(state=state)))
    return page(runs, order=NEWEST_FIRST, params=params, among=seen)


def corrects(run: Import, *, user: User) -> Import | None:
    """The import whose rejected rows a file brings back corrected, as its name tells."""
    named = REJECTED_FILE.match(run.file_name)
    if named is None:
        return None
    return visible_to(user).filter(pk=int(named[1]), kind=run.kind).exclude(pk=run.pk).first()


def templates() -> QuerySet[Template]:
    """Every template with its versions, by kind and name."""
    rows = Template.objects.prefetch_related("versions__user")
    return rows.order_by("kind", "name", "pk")
