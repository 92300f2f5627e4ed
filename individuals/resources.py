"""Individuals and Sales Records by spreadsheet."""

from typing import Any

import tablib
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.utils.translation import gettext
from import_export.results import Result

from agencyhub.accounts.resources import AgentCell, AgentsColumn
from agencyhub.lib.cells import Choice, Day, Phone, Text, Zip
from agencyhub.lib.crypto import blind_index
from agencyhub.lib.mbi import InvalidMbiError, read_mbi
from agencyhub.lib.resources import CHANGES, ID, Column, SheetResource
from agencyhub.lib.states import STATES
from agencyhub.records.models import CustomField, Option
from agencyhub.records.resources import OptionCell, custom_columns
from individuals.models import MBI_INDEX, Address, Gender, Individual, Language, SalesRecord
from individuals.services import duplicates
from individuals.services.addresses import receive_address

MBI, NEW_MBI = "MBI", "new_mbi"
HOME, STORED_HOME = "home_on_sheet", "home_stored"


class HiddenCell:
    """An MBI in a row: pages and messages that show the row show a mask."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __str__(self) -> str:
        return f"•••••••{self.text[-2:]}" if self.text else ""

    __repr__ = __str__


class MbiColumn(Column):
    """The MBI: read by the position rules, sealed, and only ever shown masked."""

    def __init__(self) -> None:
        super().__init__(NEW_MBI, MBI)

    def get_value(self, instance: Any) -> Any:
        """What tells two MBIs apart, without either."""
        index = instance.mbi_index
        return (None if index is None else bytes(index), instance.mbi_tail)

    def save(self, instance: Any, row: Any, is_m2m: bool = False, **kwargs: Any) -> None:
        """Set a readable MBI; an empty cell keeps the stored one, and so does a masked one."""
        cell = row[MBI]
        text = cell.text if isinstance(cell, HiddenCell) else str(cell or "").strip()
        if text:
            instance.set_mbi(read_mbi(text))

    def export(self, instance: Any, **kwargs: Any) -> str:
        """The mask and the last four."""
        return str(instance.masked_mbi)


class PersonResource(SheetResource):
    """The columns that individuals and sales records share."""

    required: tuple[str, ...] = ("First name", "Last name")

    id = Column("id", ID, readonly=True)
    title = Column("title", "Title")
    first_name = Column("first_name", "First name")
    middle_name = Column("middle_name", "Middle name")
    last_name = Column("last_name", "Last name")
    suffix = Column("suffix", "Suffix")
    nickname = Column("nickname", "Nickname")
    date_of_birth = Column("date_of_birth", "Date of birth", Day())
    gender = Column("gender", "Gender", Choice(Gender.choices))
    language = Column("language", "Language", Choice(Language.choices, default="en"))
    email = Column("email", "Email")
    home_phone = Column("home_phone", "Home phone", Phone())
    cell_phone = Column("cell_phone", "Cell phone", Phone())
    business_phone = Column("business_phone", "Business phone", Phone())
    mbi = MbiColumn()
    part_a = Column("part_a_effective_date", "Part A effective date", Day())
    part_b = Column("part_b_effective_date", "Part B effective date", Day())
    notes = Column("notes", "Notes", Text(lines=True))

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        columns = custom_columns(CustomField.Target.INDIVIDUAL, user=self.user)
        self.fields.update(dict(columns))

    def before_import_row(self, row: dict[str, Any], **kwargs: Any) -> None:
        """Hide the MBI of the row before anything can show it."""
        if MBI in row:
            row[MBI] = HiddenCell(str(row[MBI] or "").strip())


PERSON_META = (
    *("id", "title", "first_name", "middle_name", "last_name", "suffix", "nickname"),
    *("date_of_birth", "gender", "language", "email", "home_phone", "cell_phone"),
    *("business_phone", "mbi", "part_a", "part_b"),
)


class HomeColumn(Column):
    """A part of the primary address, which is a record of its own."""

    def __init__(self, name: str, label: str, widget: Text | None = None) -> None:
        super().__init__(f"{HOME}__{name}", label, widget)
        self.name = name

    def get_value(self, instance: Any) -> Any:
        """What the sheet says, else what the primary address says."""
        return home_of(instance).get(self.name, "")

    def save(self, instance: Any, row: Any, is_m2m: bool = False, **kwargs: Any) -> None:
        """Note the part; the address is received when the individual is saved."""
        value = self.widget.clean(row[self.column_name])
        setattr(instance, HOME, {**home_of(instance), self.name: value})


PARTS = ("line_1", "line_2", "city", "state", "zip_code")


def home_of(instance: Individual) -> dict[str, str]:
    """The parts of the address that a row shows."""
    noted: dict[str, str] | None = instance.__dict__.get(HOME)
    if noted is not None:
        return noted
    stored = instance.__dict__.get("_prefetched_objects_cache", {}).get("addresses")
    primary = [one for one in stored or () if one.is_primary]
    home = {name: getattr(primary[0], name) for name in PARTS} if primary else {}
    setattr(instance, HOME, home)
    setattr(instance, STORED_HOME, home)
    return home


class IndividualResource(PersonResource):
    """Individuals: found by ID, else by MBI; else a row is somebody new.

    An address goes by the rule of every source: same ZIP code and house number stay untouched,
    another one is added and made primary.
    """

    joined = ("type", "status", "servicing_agent")
    fetched = (
        "additional_agents",
        Prefetch("addresses", Address.objects.filter(is_primary=True)),
    )

    type = Column("type", "Type", OptionCell(Option.List.INDIVIDUAL_TYPE))
    status = Column("status", "Status", OptionCell(Option.List.INDIVIDUAL_STATUS))
    deceased_date = Column("deceased_date", "Deceased date", Day())
    servicing_agent = Column("servicing_agent", "Servicing agent", AgentCell())
    additional_agents = AgentsColumn()
    line_1 = HomeColumn("line_1", "Address line 1")
    line_2 = HomeColumn("line_2", "Address line 2")
    city = HomeColumn("city", "City")
    state = HomeColumn("state", "State", Choice(STATES))
    zip_code = HomeColumn("zip_code", "ZIP code", Zip())

    class Meta(SheetResource.Meta):
        model = Individual
        fields = (
            *PERSON_META,
            *("type", "status", "deceased_date", "servicing_agent", "additional_agents"),
            *("line_1", "line_2", "city", "state", "zip_code", "notes"),
        )

    def preload(self, dataset: tablib.Dataset) -> None:
        """Fetch everybody whom the file names by ID or by a full MBI."""
        super().preload(dataset)
        cells = dataset[MBI] if MBI in dataset.headers else []
        indexes = [blind_index(full, purpose=MBI_INDEX) for full in map(_full, cells) if full]
        people = self.with_related(Individual.objects.filter(mbi_index__in=indexes))
        self._by_mbi: dict[bytes, list[Individual]] = {}
        for person in people.order_by("pk"):
            self._by_mbi.setdefault(bytes(person.mbi_index), []).append(person)
        found = [person.pk for same in self._by_mbi.values() for person in same]
        self._visible = set(self.visible().filter(pk__in=found).values_list("pk", flat=True))

    def find(self, row: dict[str, Any]) -> Individual | None:
        """The individual with the row's full MBI.

        Raises:
            ValidationError: several, or one that the user may not see.
        """
        full = _full(row.get(MBI))
        if not full:
            return None  # none, or unreadable: then the column says what is wrong
        found = self._by_mbi.get(blind_index(full, purpose=MBI_INDEX), [])
        if len(found) > 1:
            raise ValidationError(
                {NEW_MBI: gettext("Several individuals have this MBI. Use the ID column.")}
            )
        if found and found[0].pk not in self._visible:
            raise ValidationError(
                {NEW_MBI: gettext("An individual whom you may not see has this MBI.")}
            )
        return found[0] if found else None

    def after_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        """Receive the address of the row."""
        home = home_of(instance)
        if any(home.values()) and home != instance.__dict__.get(STORED_HOME):
            receive_address(
                individual=instance,
                address_type=None,
                line_1=home.get("line_1", ""),
                line_2=home.get("line_2", ""),
                city=home.get("city", ""),
                state=home.get("state", ""),
                zip_code=home.get("zip_code", ""),
            )

    def after_import(self, dataset: tablib.Dataset, result: Result, **kwargs: Any) -> None:
        """Compare everybody whom the sheet added or changed with the others."""
        super().after_import(dataset, result, **kwargs)
        if not kwargs.get("dry_run"):
            changed = [row.object_id for row in result.rows if row.import_type in CHANGES]
            duplicates.detect(individual_ids=changed)


def _full(cell: Any) -> str:
    """The full MBI of a cell, if it reads as one."""
    try:
        return read_mbi(cell.text if isinstance(cell, HiddenCell) else str(cell or "")).full
    except InvalidMbiError:
        return ""


class SalesRecordResource(PersonResource):
    """Sales records: found by ID; a row without one is a new lead."""

    required = ("First name", "Last name", "Stage")
    joined = ("stage", "lead_source", "assigned_agent", "address_type")

    stage = Column("stage", "Stage", OptionCell(Option.List.SALES_STAGE))
    lead_source = Column("lead_source", "Lead source", OptionCell(Option.List.LEAD_SOURCE))
    lead_date = Column("lead_date", "Lead date", Day())
    assigned_agent = Column("assigned_agent", "Assigned agent", AgentCell())
    individual_id = Column("individual_id", "Linked individual", readonly=True)
    address_type = Column("address_type", "Address type", OptionCell(Option.List.ADDRESS_TYPE))
    address_1 = Column("address_1", "Address line 1")
    address_2 = Column("address_2", "Address line 2")
    city = Column("city", "City")
    state = Column("state", "State", Choice(STATES))
    zip_code = Column("zip_code", "ZIP code", Zip())
    county = Column("county", "County")

    class Meta(SheetResource.Meta):
        model = SalesRecord
        fields = (
            *PERSON_META,
            *("stage", "lead_source", "lead_date", "assigned_agent", "individual_id"),
            *("address_type", "address_1", "address_2", "city", "state", "zip_code", "county"),
            "notes",
        )
