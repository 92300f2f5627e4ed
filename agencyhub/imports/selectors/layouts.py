"""Which template a header belongs to."""

from collections.abc import Sequence

from django.db.models import QuerySet

from agencyhub.accounts.models import User
from agencyhub.imports import kinds
from agencyhub.imports.models import Template, TemplateVersion
from agencyhub.imports.proposing import SHARED
from agencyhub.lib.reading import headers

LINE, REASON = "Line", "What is wrong"
"""Columns that a file of rejected rows has beside its own; never imported."""
OURS = {headers.normalise(LINE), headers.normalise(REASON)}


def own_labels(labels: Sequence[str]) -> list[str]:
    """The columns of a file without those that its rejected rows were given."""
    if headers.normalise(REASON) not in {headers.normalise(label) for label in labels}:
        return list(labels)
    return [label for label in labels if headers.normalise(label) not in OURS]


def fingerprint(labels: Sequence[str]) -> bytes:
    """By this a header is recognised, whatever the order of its columns."""
    return headers.fingerprint(own_labels(labels))


def recognise(kind: str, labels: Sequence[str]) -> TemplateVersion | None:
    """The newest version of an active template with exactly these columns.

    Else that of the layout that AgencyHub knows by some of them, whatever others there are.
    """
    found = _versions(kind).filter(fingerprint=fingerprint(labels))
    return found.order_by("-pk").first() or _known(kind, labels)


def _known(kind: str, labels: Sequence[str]) -> TemplateVersion | None:
    """Of the layouts whose signature the header has, the one that reads most of its columns."""
    own = {headers.normalise(label) for label in own_labels(labels)}
    fitting = [
        (sum(headers.normalise(header) in own for header in one.columns), one.key)
        for one in kinds.of(kind).layouts
        if {headers.normalise(header) for header in one.signature} <= own
    ]
    if not fitting:
        return None
    _, key = max(fitting)
    return _versions(kind).filter(template__origin=key).order_by("-number").first()


def nearest(kind: str, labels: Sequence[str]) -> TemplateVersion | None:
    """The newest version whose columns are nearly these; None when no layout is like it."""
    own = own_labels(labels)
    newest: dict[int, TemplateVersion] = {}
    for version in _versions(kind).order_by("number", "pk"):
        newest[version.template_id] = version
    scored = [(likeness(version, own), version.pk, version) for version in newest.values()]
    best = max(scored, default=None, key=lambda one: one[:2])
    return best[2] if best and best[0] >= SHARED else None


def likeness(version: TemplateVersion, labels: Sequence[str]) -> float:
    """The share of columns that a header has in common with a version, renamed ones included."""
    known = [column["header"] for column in version.columns]
    drift = headers.drift(known, labels)
    kept = len(known) - len(drift.removed)
    return kept / max(len(known) + len(drift.added), 1)


def maker_of(template: Template) -> User | None:
    """Who made a template: its first version. Nobody made what AgencyHub knows by itself."""
    if template.origin:
        return None
    # Not ``first()``: a list of templates has their versions at hand.
    versions = sorted(template.versions.all(), key=lambda one: one.number)
    return versions[0].user if versions else None


def keys_of(version: TemplateVersion, labels: Sequence[str]) -> list[str]:
    """The field that each column fills; an empty text where it is not imported."""
    known = {headers.normalise(one["header"]): one["field"] for one in version.columns}
    return [known.get(headers.normalise(label), "") for label in labels]


def _versions(kind: str) -> QuerySet[TemplateVersion]:
    rows = TemplateVersion.objects.filter(template__kind=kind, template__is_active=True)
    return rows.select_related("template")
