"""The roles that every installation starts with, and who may hand out which."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import Permission
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext, gettext_noop

from agencyhub.accounts.models import Role, User

OWNER = gettext_noop("Owner")
ADMIN = gettext_noop("Admin")
AGENT = gettext_noop("Agent")
CALL_CENTER = gettext_noop("Call center agent")
BENEFITS = gettext_noop("Benefits administrator")

APPS = (
    "accounts",
    "imports",
    "mailing",
    "records",
    "individuals",
    "commissions",
    "policies",
    "groups",
    "eoi",
    "integrations",
    "plancompare",
    "noyo",
    "outgoing",
    "home",
)
# What only the owner may do: change rights, watch people at work, and read raw bodies.
OWNER_ONLY = {
    "accounts.add_role",
    "accounts.change_role",
    "accounts.delete_role",
    "accounts.delete_user",
    "accounts.view_accessevent",
    "individuals.review_viewing",
    "integrations.view_raw_body",
    "records.view_exportlog",
}
# Nobody edits the history or the inbox by hand, and some tables are nobody's business.
NEVER = {
    f"{app}.{verb}_{model}"
    for verbs, tables in (
        (
            ("add", "change", "delete"),
            {
                "records": ("batch", "change", "entry", "exportlog"),
                "integrations": ("inboundmessage", "touchedrecord", "heartbeat"),
                "individuals": ("reveallog",),
                "imports": ("file", "importedrows", "rejectedrows", "repair", "templateversion"),
                "plancompare": ("enrollmentkey", "handoff"),
                "policies": ("paymentfact", "standing"),
                "groups": ("coverageperiod", "coveragelock", "ssnreveal"),
                "eoi": ("decision",),
                "noyo": (
                    "noyogroup",
                    "configuration",
                    "carrieroption",
                    "planyear",
                    "carrierplan",
                    "snapshot",
                    "syncrun",
                    "noyomember",
                    "carriercoverage",
                ),
            },
        ),
        (
            ("view", "add", "change", "delete"),
            {
                "records": ("insertedrange", "idempotencykey", "valuemention"),
                "individuals": ("backlog", "individualterm", "name", "salesrecordterm"),
                "noyo": ("credentials",),
                "outgoing": ("event", "delivery", "attempt", "position", "signal"),
            },
        ),
    )
    for app, models in tables.items()
    for model in models
    for verb in verbs
}
_PEOPLE = {
    f"individuals.{verb}_{model}"
    for verb in ("view", "add", "change")
    for model in ("individual", "individualagent", "address", "salesrecord", "salesopportunity")
}
_SELLING = _PEOPLE | {
    "individuals.delete_address",
    "individuals.convert_salesrecord",
    "individuals.merge_individual",
    "individuals.reveal_mbi",
    "individuals.view_health_data",
    "policies.view_policy",
    "policies.add_policy",
    "policies.change_policy",
    "policies.view_carrier",
    "policies.view_carrierproduct",
    "policies.view_payment",
    "policies.change_payment",
    "policies.view_risk",
    "policies.change_risk",
    "commissions.review_matches",
    "commissions.view_application",
    "commissions.add_application",
    "commissions.change_application",
    "commissions.view_bookrow",
    "commissions.view_commissionline",
    "commissions.view_expectedpay",
    "commissions.view_dispute",
    "commissions.change_dispute",
    "accounts.view_agent",
    "records.undo_batch",
}
_GROUP_RECORDS = {
    "groups": (
        "employergroup", "benefitclass", "division", "location", "employee", "dependent",
        "benefit", "groupplan", "guaranteedissue", "planrate", "election",
    ),
    "eoi": ("eoirequest",),
    "noyo": (
        "groupconnection", "mapping", "planlink", "unitlink", "classrule", "rulecondition",
        "memberlink", "difference", "renewaldecision",
    ),
}  # fmt: skip
_BENEFITS = {
    "individuals.view_individual",
    "individuals.change_individual",
    "individuals.view_address",
    "individuals.view_health_data",
    "policies.view_policy",
    "policies.view_carrier",
    "policies.view_carrierproduct",
    "accounts.view_agent",
    "records.undo_batch",
    "imports.run_import",
    "imports.view_import",
    "groups.reveal_ssn",
    "groups.view_coverageperiod",
    "groups.view_coveragelock",
    "eoi.decide_eoirequest",
    "eoi.view_decision",
    "noyo.map_groups",
    *(
        f"{app}.{verb}_{model}"
        for verb in ("view", "add", "change", "delete")
        for app, models in _GROUP_RECORDS.items()
        for model in models
    ),
}
DESCRIPTIONS = {
    OWNER: gettext_noop("Everything, including rights and raw messages of partners."),
    ADMIN: gettext_noop("Runs the agency: all records, users, integrations and settings."),
    AGENT: gettext_noop("Sells and looks after the own book."),
    CALL_CENTER: gettext_noop("Works the own book and everybody who has no agent yet."),
    BENEFITS: gettext_noop("Reads all individuals and policies; looks after employer groups."),
}
_SHIPPED = {*DESCRIPTIONS, *DESCRIPTIONS.values()}
SCOPES = {
    OWNER: Role.Scope.ALL,
    ADMIN: Role.Scope.ALL,
    AGENT: Role.Scope.OWN,
    CALL_CENTER: Role.Scope.OWN_AND_UNASSIGNED,
    BENEFITS: Role.Scope.ALL,
}


@transaction.atomic
def ensure_default_roles() -> list[str]:
    """Give a new installation its roles, or an older one what an update brought; answer the names.

    The owner's role always has every right. The other roles stay as the agency has edited them, and
    those it deleted stay deleted; rights that no owner has had yet are new to the product, and are
    given to the roles that would start with them.
    """
    permissions = {
        f"{app}.{codename}": permission
        for permission in Permission.objects.filter(
            content_type__app_label__in=APPS
        ).select_related("content_type")
        for app, codename in [(permission.content_type.app_label, permission.codename)]
    }
    every = set(permissions) - NEVER
    wanted = {
        OWNER: every,
        ADMIN: every - OWNER_ONLY,
        AGENT: _SELLING,
        CALL_CENTER: _SELLING,
        BENEFITS: _BENEFITS,
    }
    roles = {role.origin: role for role in Role.objects.filter(origin__in=wanted)}
    if OWNER not in roles:
        for origin in wanted.keys() - roles.keys():
            roles[origin] = _new_role(origin)
            roles[origin].permissions.set(permissions[one] for one in wanted[origin])
        return [origin for origin in wanted if origin in roles]
    owner = roles[OWNER]
    before = permission_names(owner.permissions.select_related("content_type"))
    for origin, role in roles.items():
        role.permissions.add(*(permissions[one] for one in wanted[origin] & every - before))
    owner.permissions.set(permissions[one] for one in every)
    return []


def refresh_default_roles(**_signal: Any) -> None:
    """After an update of the database: hand out the rights that it brought."""
    if Role.objects.filter(origin=OWNER).exists():
        ensure_default_roles()


def _new_role(origin: str) -> Role:
    return Role.objects.create(
        name=origin, origin=origin, scope=SCOPES[origin], description=DESCRIPTIONS[origin]
    )


def in_words(text: str) -> str:
    """A role's name, or what it is for: what came with AgencyHub in the reader's language."""
    return gettext(text) if text in _SHIPPED else text


def permission_names(permissions: Iterable[Permission]) -> set[str]:
    """Write permissions the way ``has_perm`` wants them."""
    return {f"{one.content_type.app_label}.{one.codename}" for one in permissions}


def grantable(user: User) -> QuerySet[Role]:
    """The roles that ``user`` may hand out: none that can do or see more than the user can."""
    rows = Role.objects.order_by("name", "pk")
    if user.is_superuser:
        return rows
    own = user.get_all_permissions()
    widest = widest_scope(user)
    roles = rows.prefetch_related("permissions__content_type")
    fitting = [
        role.pk
        for role in roles
        if permission_names(role.permissions.all()) <= own
        and REACHES.index(role.scope) <= REACHES.index(widest)
    ]
    return rows.filter(pk__in=fitting)


REACHES: list[str] = [Role.Scope.OWN, Role.Scope.OWN_AND_UNASSIGNED, Role.Scope.ALL]


def widest_scope(user: User) -> str:
    """How far the widest of the user's roles reaches; the narrowest for somebody without roles."""
    scopes = set(Role.objects.filter(user=user).values_list("scope", flat=True))
    return max(scopes or {Role.Scope.OWN}, key=REACHES.index)
