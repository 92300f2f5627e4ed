"""Layouts that AgencyHub knows by itself, as templates among the users' own."""

from django.db import transaction

from agencyhub.imports import kinds
from agencyhub.imports.kinds import Kind, Layout
from agencyhub.imports.models import Template, TemplateVersion
from agencyhub.imports.selectors import layouts


def install(kind: Kind) -> None:
    """Add the templates of a kind that are missing; what a person made of them stays.

    It may run at any time: every file that arrives asks for it.
    """
    if not kind.layouts:
        return
    there = set(
        Template.objects.filter(kind=kind.key).exclude(origin="").values_list("origin", flat=True)
    )
    for layout in kind.layouts:
        if layout.key not in there:
            _install(kind, layout)


def install_all() -> None:
    """Add the missing templates of every kind."""
    for kind in kinds.every():
        install(kind)


@transaction.atomic
def _install(kind: Kind, layout: Layout) -> None:
    template, is_new = Template.objects.get_or_create(
        kind=kind.key,
        origin=layout.key,
        defaults={"name": _free_name(kind, layout.name), "options": dict(layout.options)},
    )
    if is_new:
        columns = [{"header": one, "field": field} for one, field in layout.columns.items()]
        TemplateVersion.objects.create(
            template=template,
            number=1,
            fingerprint=layouts.fingerprint(list(layout.columns)),
            columns=columns,
        )


def _free_name(kind: Kind, wanted: str) -> str:
    """A name that no template of the kind has: people may have called theirs so before."""
    taken = {
        one.lower() for one in Template.objects.filter(kind=kind.key).values_list("name", flat=True)
    }
    numbered = (wanted if number == 1 else f"{wanted} {number}" for number in range(1, 1_000))
    return next(one for one in numbered if one.lower() not in taken)
