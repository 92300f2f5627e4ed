"""The tour of the first days: what to look at, and how far somebody is with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from agencyhub.accounts.models import User
from agencyhub.home.models import Tour


@dataclass(frozen=True)
class Step:
    """One page to look at, for those with all ``permissions``."""

    key: str
    title: StrOrPromise
    text: StrOrPromise
    icon: str
    url_name: str
    permissions: tuple[str, ...] = ()
    args: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        """The page."""
        return reverse(self.url_name, args=self.args)


@dataclass(frozen=True)
class StepView:
    """A step, and whether it is done."""

    step: Step
    is_done: bool


@dataclass(frozen=True)
class TourView:
    """The tour as the dashboard shows it."""

    steps: Sequence[StepView]

    @property
    def done(self) -> int:
        return sum(one.is_done for one in self.steps)

    @property
    def is_over(self) -> bool:
        """Whether every step is done."""
        return self.done == len(self.steps)


MOST_STEPS = 7
STEPS = (
    Step("held", _("Decide about a held enrollment"),
         _("AgencyHub could not tell whose it is. See why, then accept, create or skip."),
         "inbox", "integrations:held_list", ("integrations.review_inbound",)),
    Step("person", _("Open a client"),
         _("Who it is, each policy from quote to payment, and what happened when."),
         "users", "individuals:individual_list", ("individuals.view_individual",)),
    Step("risks", _("Work the policies at risk"),
         _("Why, how long is left, what is at stake. J and K move, Enter opens, ? shows all keys."),
         "alert-triangle", "policies:risk_list", ("policies.view_risk",)),
    Step("eoi", _("Record a carrier’s decision"),
         _("Requests for evidence, the oldest first. X selects, A enters the decision, S saves."),
         "progress-check", "eoi:request_list", ("eoi.view_eoirequest",)),
    Step("mapping", _("Map a group to its carrier"),
         _("Ours on one side, the carrier’s on the other, with a suggestion and its reason."),
         "arrows-exchange", "noyo:mapping_list", ("noyo.map_groups",)),
    Step("sales", _("Work a Sales Record"),
         _("Send quotes hands it to PlanCompare; the enrollment comes back automatically."),
         "target-arrow", "individuals:salesrecord_list", ("individuals.view_salesrecord",)),
    Step("import", _("Import a file"),
         _("Drop a statement or a list. Nothing is stored before you have seen what would be."),
         "upload", "imports:import_list", ("imports.run_import",)),
    Step("matches", _("Find commissions that were not paid"),
         _("Applications, the carrier’s book and its payments, side by side."),
         "link", "commissions:review_list", ("commissions.review_matches",)),
    Step("reports", _("Open a report"),
         _("Every number leads to its rows, and any view comes by email if you like."),
         "list", "home:report_list", ()),
    Step("second_factor", _("Protect your sign-in"),
         _("A code from your phone in addition to your password: health data deserves it."),
         "key", "accounts:second_factor", ()),
)  # fmt: skip
"""In the order in which somebody new understands the product; the last two are everybody's."""


def steps_of(user: User) -> list[Step]:
    """The first few steps that the user may take; the last two are always among them."""
    fitting = [one for one in STEPS if all(user.has_perm(name) for name in one.permissions)]
    return [*fitting[:-2][: MOST_STEPS - 2], *fitting[-2:]]


def tour_of(user: User) -> TourView:
    """How far the user is."""
    row = Tour.objects.filter(pk=user.pk).first()
    done = set(row.done) if row else set()
    return TourView([StepView(one, one.key in done) for one in steps_of(user)])


def is_shown(user: User) -> bool:
    """Whether the dashboard shows the tour: nobody has put it away, and it is the user's own."""
    if user.acted_by is not None:
        return False
    return not Tour.objects.filter(pk=user.pk, dismissed_at__isnull=False).exists()


@transaction.atomic
def take(step: Step, *, user: User) -> None:
    """Note that the user has gone there; a second time changes nothing."""
    row = _locked(user)
    if step.key not in row.done:
        row.done = [*row.done, step.key]
        row.save(update_fields=["done"])


@transaction.atomic
def put_away(*, user: User, at: datetime) -> None:
    """Show the tour no more; a second time changes nothing."""
    row = _locked(user)
    if row.dismissed_at is None:
        row.dismissed_at = at
        row.save(update_fields=["dismissed_at"])


@transaction.atomic
def take_out(*, user: User) -> None:
    """Show the tour again, from its beginning."""
    row = _locked(user)
    row.done, row.dismissed_at = [], None
    row.save(update_fields=["done", "dismissed_at"])


def _locked(user: User) -> Tour:
    Tour.objects.get_or_create(user=user)
    return Tour.objects.select_for_update().get(pk=user.pk)
