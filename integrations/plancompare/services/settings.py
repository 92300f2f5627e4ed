"""Turning the PlanCompare integration on and off, and what its settings pages save."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import IntegrityError
from django.utils.translation import gettext, gettext_noop

from agencyhub.accounts.models import User
from agencyhub.lib.db import lock_keys
from agencyhub.lib.errors import DomainError
from agencyhub.records import history
from agencyhub.records.models import Batch, Option
from integrations.plancompare import active
from integrations.plancompare.models import PlanTypeMapping, Site

LOCK = "plancompare.site"


class OtherVariantActiveError(DomainError):
    """The account's one PlanCompare site is the other variant."""

    code = "other_plancompare_variant_active"

    def __init__(self, active: str, wanted: str) -> None:
        super().__init__(
            gettext(
                "%(active)s is active, and an account has one PlanCompare site. "
                "Deactivate %(active)s first, then add %(wanted)s."
            )
            % {"active": active, "wanted": wanted}
        )


def activate_site(*, variant: str, user: User, at: datetime) -> Site:
    """Make ``variant`` the account's PlanCompare site, with the settings it had before.

    Activating it twice changes nothing.

    Raises:
        OtherVariantActiveError: the other variant is active, perhaps since a moment ago.
    """
    label = Site.Variant(variant).label
    try:
        with history.batch(
            user=user,
            channel=Batch.Channel.SCREEN,
            summary=gettext_noop("%(label)s added") % {"label": label},
        ):
            return _activate(variant=variant, user=user, at=at)
    except IntegrityError as error:
        # Only a writer that does not take the lock gets here; the constraint refuses it as well.
        raise OtherVariantActiveError(_other(variant), str(label)) from error


def _activate(*, variant: str, user: User, at: datetime) -> Site:
    lock_keys([LOCK])
    site, _ = Site.objects.get_or_create(variant=variant)
    if site.is_active:
        return site
    if Site.objects.filter(is_active=True).exists():
        raise OtherVariantActiveError(_other(variant), site.get_variant_display())
    site.is_active, site.activated_at = True, at
    site.save(update_fields=["is_active", "activated_at"])
    note(
        site=site,
        user=user,
        text=gettext_noop("%(variant)s was added to AgencyHub")
        % {"variant": site.get_variant_display()},
    )
    return site


def deactivate_site(*, variant: str, user: User) -> Site:
    """Turn the integration off. Settings, links and usernames stay for the next activation."""
    label = Site.Variant(variant).label
    with history.batch(
        user=user,
        channel=Batch.Channel.SCREEN,
        summary=gettext_noop("%(label)s deactivated") % {"label": label},
    ):
        lock_keys([LOCK])
        site = Site.objects.get(variant=variant)
        if site.is_active:
            site.is_active = False
            site.save(update_fields=["is_active"])
            note(
                site=site,
                user=user,
                text=gettext_noop("%(label)s was deactivated; its settings are kept")
                % {"label": label},
            )
    active.forget()
    return site


def note(*, site: Site, user: User, text: str) -> None:
    """Leave a line on the site's own timeline; joins the batch that is open, if any."""
    with history.batch(user=user, channel=Batch.Channel.SCREEN, summary=text) as batch:
        history.write(history.entry(batch=batch, record=site, text=text))


def save_plan_types(
    *, site: Site, user: User, mapping: Sequence[tuple[str, Option | None]], kept: Sequence[str]
) -> None:
    """Replace the site's plan type table.

    A plan type without an option is stored as unmapped: its enrollments are held for review.
    ``kept`` are plan types whose coverage type was deleted and shall be created again by name.
    """
    with history.batch(
        user=user, channel=Batch.Channel.SCREEN, summary=gettext_noop("Plan types mapped")
    ):
        rows = {row.plan_type.lower(): row for row in site.plan_types.select_for_update()}
        wanted: Mapping[str, tuple[str, Option | None]] = {
            plan_type.lower(): (plan_type, option) for plan_type, option in mapping
        }
        for key, (plan_type, option) in wanted.items():
            row = rows.get(key) or PlanTypeMapping(site=site, plan_type=plan_type)
            if option is None and plan_type in kept:
                continue
            row.coverage_type = option
            row.coverage_type_label = option.label if option else ""
            row.save()
        gone = [row.pk for key, row in rows.items() if key not in wanted]
        PlanTypeMapping.objects.filter(pk__in=gone).delete()


def map_plan_type(*, site: Site, user: User, plan_type: str, option: Option) -> None:
    """Map one plan type, as a reviewer does who meets it in a held enrollment."""
    with history.batch(
        user=user, channel=Batch.Channel.SCREEN, summary=gettext_noop("A plan type was mapped")
    ):
        row = site.plan_types.filter(plan_type__iexact=plan_type).select_for_update().first()
        row = row or PlanTypeMapping(site=site, plan_type=plan_type)
        row.coverage_type, row.coverage_type_label = option, option.label
        row.save()
        note(site=site, user=user, text=gettext_noop("A plan type was mapped to a coverage type"))


def _other(variant: str) -> str:
    broker, call_center = Site.Variant.BROKER, Site.Variant.CALL_CENTER
    return str((call_center if variant == broker else broker).label)
