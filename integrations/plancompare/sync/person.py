"""What an enrollment writes on the Individual, as the source's tables and the settings say."""

from collections.abc import Collection

from django.utils.translation import gettext_noop

from agencyhub.lib.text import tidy
from individuals.models import Individual
from individuals.services import duplicates
from individuals.services.addresses import receive_address
from integrations.partner import Applied, Touched
from integrations.plancompare.mapping import Beneficiary
from integrations.plancompare.models import Site
from integrations.plancompare.sync.who import FoundPerson

FACTS = (
    "first_name",
    "last_name",
    "date_of_birth",
    "email",
    "part_a_effective_date",
    "part_b_effective_date",
)


def save_person(
    *,
    site: Site,
    beneficiary: Beneficiary,
    found: FoundPerson,
    servicing_agent_id: int | None,
    applied: Applied,
) -> Individual:
    """Create or update the Individual of an enrollment, and note what was done.

    What PlanCompare leaves out never blanks what is known.
    """
    applied.reasons.extend(found.reasons)
    applied.attention.extend(found.attention)
    individual = found.individual or Individual()
    is_created = found.individual is None
    changed: set[str] = set()
    if is_created or site.update_individual == Site.Update.ALL:
        changed |= _write_facts(individual, beneficiary)
    if is_created or found.is_new or site.update_individual != Site.Update.NOTHING:
        changed |= _write_type_and_status(site, individual)
    if found.is_new and individual.servicing_agent_id is None and servicing_agent_id:
        individual.servicing_agent_id = servicing_agent_id
        applied.reasons.append(gettext_noop("Servicing agent set from the PlanCompare username"))
        changed.add("servicing_agent")
    if is_created:
        individual.save(force_insert=True)
    elif changed:
        individual.save(update_fields=[*changed, "updated_at"])
    is_new = is_created or found.is_new
    applied.touched.append(
        Touched("individual", individual.pk, "created" if is_new else _action(changed))
    )
    if not is_created:
        applied.reasons.append(_update_in_words(site, changed))
    if is_new or site.update_individual != Site.Update.NOTHING:
        _write_address(site, individual, beneficiary, applied)
    _note_duplicates(individual, applied, is_changed=is_new or bool(changed))
    return individual


def _note_duplicates(individual: Individual, applied: Applied, *, is_changed: bool) -> None:
    if is_changed and duplicates.detect(individual_ids=[individual.pk]).opened:
        applied.reasons.append(
            gettext_noop("Possible duplicate of another Individual: waits for review")
        )


def _action(changed: Collection[str]) -> str:
    return "updated" if changed else "matched"


def _update_in_words(site: Site, changed: Collection[str]) -> str:
    if not changed:
        return gettext_noop("The Individual's own fields stayed as they were")
    if site.update_individual == Site.Update.ALL:
        return gettext_noop("Individual updated with the enrollment's fields")
    return gettext_noop("Individual's type and status set")


def _write_facts(individual: Individual, beneficiary: Beneficiary) -> set[str]:
    """Set what the enrollment says; answer the names of the fields that changed."""
    changed = set()
    incoming = {name: getattr(beneficiary, name) for name in FACTS}
    incoming["home_phone"] = beneficiary.phone
    for name, value in incoming.items():
        if value and getattr(individual, name) != value:
            setattr(individual, name, value)
            changed.add(name)
    if beneficiary.mbi is not None and individual.set_mbi(beneficiary.mbi):
        changed |= {"mbi", "mbi_index", "mbi_tail"}
    return changed


def _write_type_and_status(site: Site, individual: Individual) -> set[str]:
    changed = set()
    if site.individual_type and individual.type_id != site.individual_type_id:
        individual.type = site.individual_type
        changed.add("type")
    if site.individual_status and individual.status_id != site.individual_status_id:
        individual.status = site.individual_status
        changed.add("status")
    return changed


def _write_address(
    site: Site, individual: Individual, beneficiary: Beneficiary, applied: Applied
) -> None:
    if not tidy(beneficiary.address_1) and not beneficiary.zip_code:
        applied.reasons.append(gettext_noop("The enrollment brought no address"))
        return
    outcome = receive_address(
        individual=individual,
        line_1=beneficiary.address_1,
        line_2=beneficiary.address_2,
        city=beneficiary.city,
        state=beneficiary.state,
        zip_code=beneficiary.zip_code,
        address_type=site.address_type,
        is_locked=True,
    )
    applied.reasons.append(
        gettext_noop("Address added as the primary one")
        if outcome.added
        else gettext_noop("Address matched by ZIP and house number: left as it is")
    )
