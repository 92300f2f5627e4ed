"""Which employee and which request a row is about."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from agencyhub.lib.crypto import blind_indexes
from agencyhub.lib.db import AnyOf
from agencyhub.lib.pks import read_pk
from eoi.asked import Problem
from groups.models import SSN_INDEX, Employee

ID_LENGTH = 40


@dataclass(frozen=True)
class People:
    """The employees that some rows may name, by each of their numbers."""

    by_id: dict[int, int]  # our own id, and the group
    by_number: dict[str, list[int]]
    by_bare_number: dict[str, list[int]]
    by_ssn: dict[str, list[int]]

    def of(self, subscriber_id: str, ssn: str) -> int | Problem:
        """The one employee that the numbers name together."""
        found = self.named(subscriber_id, ssn)
        if not found:
            return Problem("employee_not_found", "subscriber_id" if subscriber_id else "ssn")
        if len(found) > 1:
            return Problem("employee_ambiguous", "subscriber_id" if subscriber_id else "ssn")
        return next(iter(found))

    def named(self, subscriber_id: str, ssn: str) -> set[int]:
        """Everybody whom the numbers name together; two blank ones name nobody."""
        of_number = self._numbered(subscriber_id) if subscriber_id else None
        of_ssn = self.by_ssn.get(ssn, ()) if ssn else None
        if of_number is None:
            return set(of_ssn or ())
        return set(of_number) if of_ssn is None else set(of_number) & set(of_ssn)

    def _numbered(self, text: str) -> Sequence[int]:
        """The partner's number as written, then without leading zeros, then our own."""
        if written := self.by_number.get(text):
            return written
        bare = self.by_bare_number.get(text.lstrip("0"), ())
        if len(bare) == 1:
            return bare
        own = read_pk(text)
        return (own,) if own in self.by_id else ()


def people(numbers: Iterable[str], ssns: Iterable[str], *, within: Any) -> People:
    """Look up everybody whom the numbers may name, among the employees of the groups ``within``."""
    wanted, social = sorted(set(filter(None, numbers))), sorted(set(filter(None, ssns)))
    found = People({}, defaultdict(list), defaultdict(list), defaultdict(list))
    rows = Employee.objects.filter(group__in=within).order_by("pk")
    if wanted:
        numbered = rows.exclude(external_id="")  # as the index says
        _take_numbers(found, numbered.filter(AnyOf("external_id", wanted)))
        missing = [text for text in wanted if text not in found.by_number]
        if missing:
            _take_numbers(found, numbered.filter(AnyOf("external_id", _spellings(missing))))
            own = filter(None, map(read_pk, missing))
            found.by_id.update(rows.filter(pk__in=set(own)).values_list("pk", "group_id"))
    if social:
        indexes = dict(zip(blind_indexes(social, purpose=SSN_INDEX), social, strict=True))
        keys = rows.filter(AnyOf("ssn_index", indexes)).values_list("pk", "group_id", "ssn_index")
        for pk, group_id, index in keys:
            found.by_id[pk] = group_id
            found.by_ssn[indexes[bytes(index or b"")]].append(pk)
    return found


def _take_numbers(found: People, rows: Any) -> None:
    for pk, group_id, text in rows.values_list("pk", "group_id", "external_id"):
        if pk not in found.by_number[text]:
            found.by_id[pk] = group_id
            found.by_number[text].append(pk)
            found.by_bare_number[text.lstrip("0")].append(pk)


def _spellings(numbers: Iterable[str]) -> list[str]:
    """The numbers with every possible count of leading zeros: spreadsheets drop them."""
    bare = {text.lstrip("0") for text in numbers}
    return [
        text.rjust(length, "0")
        for text in bare
        if text
        for length in range(len(text), ID_LENGTH + 1)
    ]
