"""Changes of an individual's addresses: one is primary, and none is lost by adding another."""

from dataclasses import dataclass

from agencyhub.lib.errors import DomainError
from agencyhub.lib.states import InvalidStateError, read_state
from agencyhub.lib.text import InvalidZipError, house_number, read_zip, tidy, zip5
from agencyhub.records.models import Option
from individuals.models import Address, Individual


class InvalidAddressError(DomainError):
    """A ZIP code or state that the United States do not have."""

    code = "invalid_address"


@dataclass(frozen=True)
class AddressOutcome:
    """The address that stands for what came in (None when nothing came), and whether it is new."""

    address: Address | None
    added: bool


def receive_address(
    *,
    individual: Individual,
    line_1: str,
    line_2: str,
    city: str,
    state: str,
    zip_code: str,
    address_type: Option | None,
    county: str = "",
    is_locked: bool = False,
) -> AddressOutcome:
    """Keep an address that arrived from outside the Individual's own page.

    The same ZIP (five digits) and the same house number (the characters of line 1 before the first
    space) name an address that is already there: it stays as it is. Any other address is added and
    becomes the primary one; the former primary stays as a further address. An address without a
    street never takes the place of one with the same ZIP, and one with neither street nor ZIP names
    no place, so it is kept only where nothing is known yet.

    Runs inside ``history.batch``; receiving the same address again changes nothing. ``is_locked``
    says that this transaction made the Individual or locked its row already.

    Raises:
        InvalidAddressError: the ZIP code or the state cannot be read.

    Source: seeds/1_plancompare_integration.txt, note **** of the Individual table.
    """
    street, place_zip = tidy(line_1), _read_zip(zip_code)
    if not any((street, tidy(line_2), tidy(city), tidy(state), place_zip)):
        return AddressOutcome(None, added=False)
    found = _addresses(individual.pk) if is_locked else _lock_addresses(individual.pk)
    same = same_place(found, street=street, zip_code=place_zip)
    if same is not None:
        return AddressOutcome(same, added=False)
    _demote(found)
    address = Address.objects.create(
        individual=individual,
        type=address_type,
        line_1=street,
        line_2=tidy(line_2),
        city=tidy(city),
        state=_read_state(state),
        zip_code=place_zip,
        county=tidy(county),
        is_primary=True,
    )
    return AddressOutcome(address, added=True)


def save_address(*, address: Address) -> Address:
    """Store an address that a person typed; a new primary one demotes the former.

    The first address is always primary, and the primary one stays so until another takes its place.
    Runs inside ``history.batch``.
    """
    others = [row for row in _lock_addresses(address.individual_id) if row.pk != address.pk]
    if not any(row.is_primary for row in others):
        address.is_primary = True
    if address.is_primary:
        _demote(others)
    address.save()
    return address


def make_primary(*, address_id: int) -> Address:
    """Make one address the primary one, inside ``history.batch``; twice changes nothing."""
    address = Address.objects.get(pk=address_id)
    rows = {row.pk: row for row in _lock_addresses(address.individual_id)}
    chosen = rows[address_id]
    if not chosen.is_primary:
        _demote(list(rows.values()))
        chosen.is_primary = True
        chosen.save(update_fields=["is_primary"])
    return chosen


def delete_address(*, address_id: int) -> Address | None:
    """Remove an address; answer the one that became primary in its place, if any.

    Runs inside ``history.batch``, so the removal can be undone.
    """
    address = Address.objects.get(pk=address_id)
    rows = _lock_addresses(address.individual_id)
    gone = next(row for row in rows if row.pk == address_id)
    others = [row for row in rows if row.pk != address_id]
    gone.delete()
    if not gone.is_primary or not others:
        return None
    newest = others[-1]
    newest.is_primary = True
    newest.save(update_fields=["is_primary"])
    return newest


def _lock_addresses(individual_id: int) -> list[Address]:
    """Every address of the individual, oldest first, safe from others until the commit."""
    Individual.objects.select_for_update(no_key=True).only("pk").get(pk=individual_id)
    return _addresses(individual_id)


def _addresses(individual_id: int) -> list[Address]:
    return list(Address.objects.filter(individual_id=individual_id).order_by("pk"))


def _demote(rows: list[Address]) -> None:
    for row in rows:
        if row.is_primary:
            row.is_primary = False
            row.save(update_fields=["is_primary"])


def same_place(rows: list[Address], *, street: str, zip_code: str) -> Address | None:
    """The address among ``rows`` that is meant by the rule of ``receive_address``, if there is one.

    The primary one comes first.
    """
    for row in sorted(rows, key=lambda row: (not row.is_primary, row.pk)):
        same_zip = zip5(row.zip_code) == zip5(zip_code)
        if not street and (same_zip or not zip_code):
            return row
        if same_zip and house_number(row.line_1) == house_number(street):
            return row
    return None


def _read_zip(text: str) -> str:
    try:
        return read_zip(text)
    except InvalidZipError as error:
        raise InvalidAddressError(str(error), field="zip_code") from error


def _read_state(text: str) -> str:
    try:
        return read_state(text)
    except InvalidStateError as error:
        raise InvalidAddressError(str(error), field="state") from error
