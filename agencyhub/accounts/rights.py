"""The rights that a role may have, in the words of the trade.

Every permission of our apps is found here by itself: a model that is not named gets a row of its
own, a special permission its own name. What is named is grouped, and rows that belong to another
record (the additional agents of an individual, the lines of an import) follow that one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from django.apps import apps
from django.contrib.auth.models import Permission
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from agencyhub.accounts.roles import APPS, NEVER
from agencyhub.lib.text import tidy

VERBS = ("view", "add", "change", "delete")
VERB_WORDS = {"view": _("View"), "add": _("Add"), "change": _("Edit"), "delete": _("Delete")}


class Area(NamedTuple):
    """One kind of record, and the models whose rows belong to it."""

    model: str
    label: StrOrPromise
    text: StrOrPromise = ""
    followers: tuple[str, ...] = ()


PEOPLE, POLICIES, DATA = _("People"), _("Policies and carriers"), _("Imports, lists and history")
GROUPS = _("Employer groups and EOI")
CONNECTIONS, RIGHTS, MORE = _("Integrations"), _("Users and rights"), _("More")

AREAS: Mapping[StrOrPromise, tuple[Area, ...]] = {
    PEOPLE: (
        Area("individuals.individual", _("Individuals"), _("With their agents."),
             ("individuals.individualagent", "individuals.look")),
        Area("individuals.address", _("Addresses")),
        Area("individuals.salesrecord", _("Sales Records"), _("Leads, and their stages.")),
        Area("individuals.salesopportunity", _("Sales Opportunities")),
        Area("individuals.reveallog", _("Log of revealed MBIs")),
    ),
    POLICIES: (
        Area("policies.policy", _("Policies"), _("With their agents, and what is paid for them."),
             ("policies.policyagent", "policies.payment", "policies.paymentfact",
              "policies.standing")),
        Area("policies.risk", _("Policies at risk"), _("With what became of them.")),
        Area("policies.carrier", _("Carriers"),
             _("With their other names, and Premier Partner terms."),
             ("policies.carrieralias", "policies.premierterm")),
        Area("policies.carrierproduct", _("Carrier products"), _("With their other names."),
             ("policies.carrierproductalias",)),
        Area("commissions.application", _("Applications"),
             _("With their riders and what ComTrack says."),
             ("commissions.applicationrider", "commissions.comtrackstatus")),
        Area("commissions.bookrow", _("Book of business"),
             _("Who carriers say is insured, and through whom."), ("commissions.agentofrecord",)),
        Area("commissions.commissionline", _("Commissions"),
             _("What carriers paid, and how it is shared."), ("commissions.commissionsplit",)),
        Area("commissions.expectedpay", _("Expected pay"),
             _("With what carriers are to pay, and when."),
             ("commissions.payterm", "commissions.payrate", "commissions.paysettings")),
        Area("commissions.dispute", _("Missing pay"),
             _("Who works on it, until when it rests, and what carriers answer.")),
        Area("commissions.agentcontract", _("Agent contracts"),
             _("With carriers’ numbers for agents."), ("commissions.writingnumber",)),
    ),
    GROUPS: (
        Area("groups.employergroup", _("Employer groups"),
             _("With their benefit classes, divisions and locations."),
             ("groups.benefitclass", "groups.division", "groups.location")),
        Area("groups.employee", _("Employees"), _("With their dependents."),
             ("groups.dependent",)),
        Area("groups.ssnreveal", _("Log of revealed SSNs")),
        Area("groups.groupplan", _("Group plans"),
             _("With benefits, rates and what they grant without evidence."),
             ("groups.benefit", "groups.guaranteedissue", "groups.planrate")),
        Area("groups.election", _("Elections"),
             _("With what was in force when, and locks on coverage."),
             ("groups.coverageperiod", "groups.coveragelock")),
        Area("eoi.eoirequest", _("EOI requests"), _("With what carriers decided."),
             ("eoi.decision",)),
        Area("noyo.mapping", _("Group mapping"),
             _("Plans, account structures and rules for classes, carrier by carrier."),
             ("noyo.planlink", "noyo.unitlink", "noyo.classrule", "noyo.rulecondition")),
        Area("noyo.groupconnection", _("Connections of groups with carriers")),
        Area("noyo.difference", _("Differences of members"),
             _("What we and the carrier do not agree on, and who is who."), ("noyo.memberlink",)),
        Area("noyo.renewaldecision", _("Renewal decisions")),
    ),
    DATA: (
        Area("imports.import", _("Imports"), _("Files, their rows and what became of them."),
             ("imports.file", "imports.repair", "imports.importedrows", "imports.rejectedrows")),
        Area("imports.template", _("Import templates"), "", ("imports.templateversion",)),
        Area("records.option", _("Option lists"), _("Types, statuses, stages: the agency's words."),
             ("records.optionalias", "records.agentalias", "records.unknownvalue")),
        Area("records.customfield", _("Custom fields")),
        Area("records.batch", _("History"), _("What changed, by whom."),
             ("records.change", "records.entry")),
        Area("mailing.outgoingmail", _("Email"), _("The outbox, opt-outs and email rules."),
             ("mailing.optout", "mailing.mailsettings")),
        Area("records.exportlog", _("Log of exports"),
             _("Who took which lists out, and how many rows.")),
    ),
    CONNECTIONS: (
        Area("integrations.inboundmessage", _("Messages of partners"),
             _("Without their raw bodies."),
             ("integrations.touchedrecord", "integrations.heartbeat", "integrations.incident")),
        Area("plancompare.site", "PlanCompare", _("Setup, usernames and hand-offs."),
             ("plancompare.plancompareuser", "plancompare.plantypemapping",
              "plancompare.quotinglink", "plancompare.handoff", "plancompare.enrollmentkey")),
        Area("noyo.noyogroup", "Noyo", _("Setup, and what carriers have installed for groups."),
             ("noyo.account", "noyo.noyocarrier", "noyo.configuration", "noyo.carrieroption",
              "noyo.planyear", "noyo.carrierplan", "noyo.snapshot", "noyo.syncrun",
              "noyo.noyomember", "noyo.carriercoverage")),
        Area("accounts.apikey", _("API keys"), _("Never further than the maker's own reach.")),
    ),
    RIGHTS: (
        Area("accounts.user", _("Users"), _("With their roles and the books they see.")),
        Area("accounts.agent", _("Agents"), _("Who sells: NPN, contact, linked user.")),
        Area("accounts.role", _("Roles")),
        Area("accounts.accessevent", _("Sign-ins"),
             _("Who got in, who did not, who changed rights.")),
    ),
}  # fmt: skip

SPECIAL: Mapping[str, tuple[StrOrPromise, StrOrPromise]] = {
    "individuals.reveal_mbi": (
        _("Reveal an MBI"), _("Reveals one full Medicare number at a time; the reason is kept.")),
    "individuals.merge_individual": (
        _("Merge Individuals"), _("Makes two records of one person into one, and undoes it.")),
    "individuals.view_health_data": (
        _("See health data"), _("Custom fields that are marked as personal health data.")),
    "individuals.convert_salesrecord": (
        _("Convert Sales Records"), _("Makes the lead an Individual, or adds it to one.")),
    "individuals.view_lookers": (
        _("See who looked"),
        _("Who opened or exported an Individual or revealed their MBI, and when.")),
    "individuals.review_viewing": (
        _("Review unusual viewing"),
         _("The report of users who open more, or others, than usual.")),
    "records.undo_batch": (
        _("Undo changes"), _("Takes back an edit, a merge or an import that one may see.")),
    "records.export_personal_data": (
        _("Export personal data"),
         _("Phones, emails, birth dates and addresses in full, in a file.")),
    "imports.run_import": (
        _("Import files"), _("Adds and changes many records at once; each import can be undone.")),
    "commissions.review_matches": (
        _("Match applications"), _("Presses Refresh, and decides what belongs to an application.")),
    "groups.reveal_ssn": (
        _("Reveal an SSN"), _("Reveals full Social Security numbers; each time is recorded.")),
    "groups.lift_coveragelock": (
        _("Lift a lock on coverage"),
         _("Lets a person have more of a benefit again; with a reason.")),
    "eoi.decide_eoirequest": (
        _("Record EOI decisions"), _("On the screen, by worksheet, and for batches and the API.")),
    "eoi.reverse_decision": (
        _("Reverse an EOI decision"), _("Puts back what a decision changed; with a reason.")),
    "noyo.map_groups": (
        _("Map groups"), _("Says which of our plans and classes are which of a carrier’s.")),
    "integrations.manage_integrations": (
        _("Manage integrations"), _("Switches partners on and off and changes their settings.")),
    "integrations.review_inbound": (
        _("Decide held enrollments"), _("Says whose enrollment a held message is.")),
    "integrations.view_raw_body": (
        _("View raw bodies"), _("What partners sent, word for word: unmasked health data.")),
    "accounts.view_as_user": (
        _("View as"),
         _("Sees the product with another user's rights, changing nothing; recorded.")),
}  # fmt: skip


@dataclass(frozen=True)
class Box:
    """What one tick gives: ``name`` stands for all of ``permissions``."""

    name: str
    permissions: frozenset[str]


@dataclass(frozen=True)
class Row:
    """One kind of record; ``boxes`` in the order of ``VERBS``, None where there is nothing."""

    label: StrOrPromise
    text: StrOrPromise
    boxes: tuple[Box | None, ...]


@dataclass(frozen=True)
class Special:
    """A right that is not about one kind of record."""

    label: StrOrPromise
    text: StrOrPromise
    box: Box


@dataclass
class Section:
    """Rights that are read together."""

    title: StrOrPromise
    rows: list[Row] = field(default_factory=list)
    specials: list[Special] = field(default_factory=list)


def catalogue() -> list[Section]:
    """Every right that a role may have: one query."""
    found = Permission.objects.filter(content_type__app_label__in=APPS)
    return arrange(
        (f"{app}.{model}", f"{app}.{codename}", name)
        for app, model, codename, name in found.order_by("content_type", "pk").values_list(
            "content_type__app_label", "content_type__model", "codename", "name"
        )
    )


def arrange(permissions: Iterable[tuple[str, str, str]]) -> list[Section]:
    """Sort permissions (model, name, words) into sections, leaving out what nobody may have."""
    verbs: dict[str, dict[str, str]] = {}
    sections = {title: Section(title) for title in (*AREAS, MORE)}
    homes = {
        model: title
        for title, areas in AREAS.items()
        for area in areas
        for model in (area.model, *area.followers)
    }
    for model, name, words in permissions:
        if name in NEVER:
            continue
        verb = name.partition(".")[2].removesuffix(f"_{model.partition('.')[2]}")
        if verb in VERBS:
            verbs.setdefault(model, {})[verb] = name
        else:
            label, text = SPECIAL.get(name, (_words(words), ""))
            box = Box(name, frozenset({name}))
            sections[homes.get(model, MORE)].specials.append(Special(label, text, box))
    for title, areas in AREAS.items():
        rows = (_row(area, verbs) for area in areas)
        sections[title].rows.extend(row for row in rows if any(row.boxes))
    unnamed = (Area(model, _plural(model)) for model in verbs if model not in homes)
    sections[MORE].rows.extend(_row(area, verbs) for area in unnamed)
    return [section for section in sections.values() if section.rows or section.specials]


def boxes(sections: Iterable[Section]) -> list[tuple[str, Box]]:
    """Every box with what it is called in a sentence: "Individuals: edit"."""
    found = []
    for section in sections:
        for row in section.rows:
            found += [
                (f"{row.label}: {VERB_WORDS[verb].lower()}", box)
                for verb, box in zip(VERBS, row.boxes, strict=True)
                if box
            ]
        found += [(str(special.label), special.box) for special in section.specials]
    return found


def _row(area: Area, verbs: Mapping[str, Mapping[str, str]]) -> Row:
    models = (area.model, *area.followers)
    return Row(
        area.label,
        area.text,
        tuple(
            _box([verbs[model][verb] for model in models if verb in verbs.get(model, {})])
            for verb in VERBS
        ),
    )


def _box(names: list[str]) -> Box | None:
    return Box(names[0], frozenset(names)) if names else None


def _plural(model: str) -> str:
    return _words(str(apps.get_model(model)._meta.verbose_name_plural))


def _words(text: str) -> str:
    words = tidy(text.removeprefix("Can "))
    return words[:1].upper() + words[1:]
