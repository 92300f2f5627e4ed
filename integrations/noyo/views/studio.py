"""The studio: a mapping pane by pane, ours on the left and the carrier's on the right."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from agencyhub.accounts.requests import SignedInRequest
from agencyhub.lib.db import one_or_none
from agencyhub.lib.pages import render_page
from agencyhub.lib.pks import read_pk
from agencyhub.records.models import Batch
from agencyhub.records.services import undo
from integrations.noyo.forms.linking import AcceptAllForm
from integrations.noyo.links import Pane
from integrations.noyo.lists import LOOKS
from integrations.noyo.models import Mapping, NoyoGroup
from integrations.noyo.selectors import past, problems, refusals
from integrations.noyo.selectors import studio as selectors
from integrations.noyo.views.tabs import Tab

VIEW, MAP = "noyo.view_mapping", "noyo.map_groups"
OPEN, ALL = "open", "all"
FRAGMENT = "studio"
MEMBERS = "noyo:mapping_members"
TEMPLATES = {Pane.PLANS: "noyo/mapping_detail.html", Pane.UNITS: "noyo/mapping_structure.html"}
PAGES = {Pane.PLANS: "noyo:mapping_detail", Pane.UNITS: "noyo:mapping_structure"}


def find(request: SignedInRequest, pk: int, mapping_pk: int) -> Mapping:
    """A mapping of a group that the user may see.

    Raises:
        Http404: there is none.
    """
    return get_object_or_404(selectors.for_group(pk, user=request.user), pk=mapping_pk)


@dataclass
class Studio:
    """A mapping as every page of the studio shows it around its own part."""

    request: SignedInRequest
    mapping: Mapping
    done: Batch | None = None
    said: str = ""
    refusal: str = ""
    show: str = ""
    plans: selectors.PlanPane = field(init=False)
    categories: list[selectors.CategoryPane] = field(init=False)

    def __post_init__(self) -> None:
        self.plans = selectors.plan_pane(self.mapping)
        self.categories = selectors.category_panes(self.mapping)

    def page(
        self, template: str, current: str, *, fragment: str = "", status: int = 200, **more: Any
    ) -> HttpResponse:
        """Answer a page of the studio."""
        context = {**self.context(current), **more}
        return render_page(
            self.request, template, context, fragment=fragment or None, status=status
        )

    def pane(self, pane: Pane) -> HttpResponse:
        """Answer the page of a pane, or the part of it that htmx asks for."""
        waits = self.plans.waiting if pane == Pane.PLANS else self.units_waiting
        show = self.show if self.show in (OPEN, ALL) else (OPEN if waits else ALL)
        return self.page(
            TEMPLATES[pane],
            PAGES[pane],
            fragment=FRAGMENT,
            pane=pane.value,
            show=show,
            plans=self.plans,
            categories=self.categories,
            accept_all=AcceptAllForm(),
            carrier_state=selectors.carrier_state(self.mapping).value,
        )

    @property
    def units_waiting(self) -> int:
        """How many units wait, over all categories."""
        return sum(one.waiting for one in self.categories)

    def context(self, current: str) -> dict[str, Any]:
        """What every page of the studio shows."""
        mapping, user = self.mapping, self.request.user
        is_ready = mapping.status == Mapping.Status.READY
        return {
            "mapping": mapping,
            "look": LOOKS[Mapping.Status(mapping.status)],
            "others": self._others(current),
            "tabs": self._tabs(current),
            "done": self.done,
            "said": self.said,
            "refusal": self.refusal,
            "not_taken": refusals.of(mapping),
            "is_ready": is_ready,
            "may_map": user.has_perm(MAP) and not is_ready,
            "problems": [] if is_ready else problems.of(mapping, on=timezone.localdate()),
        }

    def _others(self, current: str) -> list[Tab]:
        """The group's mappings: other plan years and other carriers."""
        found = selectors.for_group(self.mapping.group_id, user=self.request.user)
        return [
            Tab(
                f"{one.carrier.label} {one.start_date:%Y}",
                reverse(current, args=[one.group_id, one.pk]),
                LOOKS[Mapping.Status(one.status)][1],
                one.pk == self.mapping.pk,
            )
            for one in found
        ]

    def _tabs(self, current: str) -> list[dict[str, Any]]:
        args = [self.mapping.group_id, self.mapping.pk]
        pages = (
            (_("Plans"), "noyo:mapping_detail", "shield-check", self.plans.waiting),
            (_("Account structure"), "noyo:mapping_structure", "building", self.units_waiting),
            (_("Class rules"), "noyo:mapping_rules", "filter", 0),
            (_("History"), "noyo:mapping_history", "history", 0),
        )
        found = [
            {
                "label": label,
                "url": reverse(name, args=args),
                "icon": icon,
                "is_current": name == current,
                "badge": str(waiting) if waiting else "",
            }
            for label, name, icon, waiting in pages
        ]
        has_members = NoyoGroup.objects.filter(group=self.mapping.group_id).exists()
        if has_members and self.request.user.has_perm("noyo.view_memberlink"):
            url, name = reverse(MEMBERS, args=args), _("Members")
            members = {"label": name, "url": url, "icon": "users", "is_current": current == MEMBERS}
            found.insert(3, members)
        return found


def own_batch(request: SignedInRequest, text: str) -> Batch | None:
    """The user's own act with this key, to be taken back with one key while nobody has."""
    pk = read_pk(text)
    if pk is None:
        return None
    return one_or_none(Batch.objects.filter(pk=pk, user=request.user, undone_at=None))


def opened(request: SignedInRequest, pk: int, mapping_pk: int) -> Studio:
    """The studio as an address asks for it: ``?done=`` names what was decided last."""
    return Studio(
        request,
        find(request, pk, mapping_pk),
        done=own_batch(request, request.GET.get("done", "")),
        show=request.GET.get("show", ""),
    )


@require_GET
@never_cache
@login_required
@permission_required(VIEW, raise_exception=True)
def mapping_detail(request: SignedInRequest, pk: int, mapping_pk: int) -> HttpResponse:
    """The plans of a mapping."""
    return opened(request, pk, mapping_pk).pane(Pane.PLANS)


@require_GET
@never_cache
@login_required
@permission_required(VIEW, raise_exception=True)
def mapping_structure(request: SignedInRequest, pk: int, mapping_pk: int) -> HttpResponse:
    """Classes, divisions and locations beside the carrier's account structure."""
    return opened(request, pk, mapping_pk).pane(Pane.UNITS)


@require_GET
@never_cache
@login_required
@permission_required(VIEW, raise_exception=True)
def mapping_history(request: SignedInRequest, pk: int, mapping_pk: int) -> HttpResponse:
    """What was decided in a mapping, and what the carrier changed."""
    studio = opened(request, pk, mapping_pk)
    return studio.page(
        "noyo/mapping_history.html",
        "noyo:mapping_history",
        timeline=past.acts(
            studio.mapping, may_undo=request.user.has_perm(undo.UNDO), at=timezone.now()
        ),
        told=past.told(studio.mapping),
    )
