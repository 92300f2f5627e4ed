"""What is on file about a person, in the words and pairs that record pages write down."""

from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext

from agencyhub.accounts.models import User
from agencyhub.lib.phones import format_phone
from agencyhub.records import custom
from agencyhub.records.models import CustomField
from individuals import rows
from individuals.ages import age
from individuals.models import Individual, SalesRecord


class Pair(NamedTuple):
    """A name and a value, as ``components/datagrid.html`` draws them."""

    label: str
    value: object
    url: str = ""
    note: str = ""
    copy: bool = False


class Chip(NamedTuple):
    """A chip of the identity strip."""

    text: str
    tone: str
    icon: str | None = None


def age_words(person: Individual | SalesRecord, *, today: date) -> str:
    """Age and date of birth in one line."""
    if person.date_of_birth is None:
        return ""
    died = getattr(person, "deceased_date", None)
    years = age(born=person.date_of_birth, on=today, died=died)
    verb = gettext("Died at") if died else gettext("Age")
    return gettext("%(verb)s %(years)s, born %(date_of_birth)s") % {
        "verb": verb,
        "years": years,
        "date_of_birth": f"{person.date_of_birth:%m/%d/%Y}",
    }


def chips_of(individual: Individual) -> list[Chip]:
    """Type, status and death, as the identity strip shows them."""
    chips = []
    if individual.type:
        chips.append(
            Chip(individual.type.words, rows.TONES.get(individual.type.meaning, "neutral"))
        )
    if individual.status:
        chips.append(Chip(individual.status.words, "neutral", ""))
    if individual.deceased_date:
        chips.append(
            Chip(
                gettext("Deceased %(deceased_date)s")
                % {"deceased_date": f"{individual.deceased_date:%m/%d/%Y}"},
                "warning",
            )
        )
    return chips


def contact_of(person: Individual | SalesRecord) -> list[Pair]:
    """Phone numbers and the e-mail address, to be called and written to."""
    numbers = (
        (gettext("Home phone"), person.home_phone),
        (gettext("Cell phone"), person.cell_phone),
        (gettext("Business phone"), person.business_phone),
    )
    pairs = [Pair(label, format_phone(n), f"tel:+1{n}" if n else "") for label, n in numbers]
    return [
        *pairs,
        Pair(gettext("Email"), person.email, f"mailto:{person.email}" if person.email else ""),
    ]


def details_of(person: Individual | SalesRecord, *, user: User) -> list[Pair]:
    """What else is on file; fields of health for those who may see them."""
    fields = custom.fields_for(CustomField.Target.INDIVIDUAL)
    shown = custom.display(fields, person.custom, show_health=custom.may_see_health(user))
    return [
        Pair(gettext("Full legal name"), _legal_name(person)),
        Pair(gettext("Nickname"), person.nickname),
        Pair(gettext("Gender"), person.get_gender_display()),
        Pair(gettext("Part A effective date"), day_words(person.part_a_effective_date)),
        Pair(gettext("Part B effective date"), day_words(person.part_b_effective_date)),
        *(Pair(one.label, one.value) for one in shown),
    ]


def _legal_name(person: Individual | SalesRecord) -> str:
    parts = (person.title, person.first_name, person.middle_name, person.last_name, person.suffix)
    return " ".join(filter(None, parts))


def day_words(day: date | None) -> str:
    """A day as it is written here, blank for none."""
    return f"{day:%m/%d/%Y}" if day else ""
