"""The check says what the import then does, and both agree with a slow and obvious reading."""

from datetime import date

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from agencyhub.imports.engine import matching
from agencyhub.imports.models import ImportedRows
from agencyhub.imports.services import runs
from agencyhub.lib.mbi import Mbi
from individuals.models import Individual
from policies.models import Carrier, Policy
from tests.factories.accounts import UserFactory
from tests.factories.policies import CarrierFactory, PolicyFactory, coverage_type, policy_status
from tests.imports.helpers import check, commit, counts, receive
from tests.imports.oracle import Book, Oracle

pytestmark = pytest.mark.load

FULL = ("1EG4TE5MK73", "2AC5DE6FG89")
MBIS = st.sampled_from([None, *FULL, "*MK73", "*FG89"])
DAYS = st.sampled_from([None, "2025-01-01", "2025-06-30"])
PEOPLE = {
    "first_name": st.sampled_from(["Ana", "José"]),
    "last_name": st.sampled_from(["Li", "O’Neil"]),
    "date_of_birth": st.sampled_from([None, "1950-01-02", "1951-03-04"]),
    "cell_phone": st.sampled_from([None, "5155550100", "5155550101"]),
    "mbi": MBIS,
}
POLICIES = {
    "carrier": st.sampled_from([None, "Humana", "Aetna"]),
    "policy_number": st.sampled_from([None, "N1", "N2"]),
    "policy_status": st.sampled_from([None, "Active", "Pending"]),
    "coverage_type": st.sampled_from([None, "MAPD"]),
    "effective_date": DAYS,
    "termination_date": DAYS,
}
ROW = st.fixed_dictionaries(PEOPLE).flatmap(
    lambda person: st.one_of(
        st.just(person), st.fixed_dictionaries(POLICIES).map(lambda policy: person | policy)
    )
)
BOOK = st.lists(st.tuples(st.fixed_dictionaries(PEOPLE), st.booleans()), max_size=3)


def _write_book(people):
    """The book in the database, and as the oracle sees it."""
    book, taken = Book(), set()
    for at, (person, has_policy) in enumerate(people):
        mbi = person["mbi"]
        if mbi and mbi in taken:
            mbi = None
        taken.add(mbi)
        one = Individual(
            **{
                key: value or ""
                for key, value in person.items()
                if key not in ("mbi", "date_of_birth")
            },
            date_of_birth=person["date_of_birth"],
        )
        _set_mbi(one, mbi)
        one.save()
        book.people[one.pk] = {**{k: v for k, v in person.items() if v}, "mbi": mbi}
        if has_policy:
            policy = PolicyFactory(
                subscriber=one, carrier=Carrier.objects.get(name="Humana"), product=None,
                policy_number=f"N{at + 1}", status=policy_status("Pending"),
                coverage_type=coverage_type("MAPD"), effective_date=date(2025, 2, 1),
                termination_date=None, app_submit_date=None, premium=None, servicing_agent=None,
            )  # fmt: skip
            book.policies[policy.pk] = {
                "carrier": "Humana", "policy_number": f"N{at + 1}", "policy_status": "Pending",
                "coverage_type": "MAPD", "effective_date": "2025-02-01", "subscriber": one.pk,
            }  # fmt: skip
    return book


def _set_mbi(one, mbi):
    if mbi:
        one.set_mbi(Mbi("", mbi[-4:]) if mbi.startswith("*") else Mbi(mbi, mbi[-4:]))


def _people():
    return sorted(
        (
            one.first_name, one.last_name, str(one.date_of_birth or ""), one.cell_phone,
            one.mbi.reveal() if one.mbi else (f"*{one.mbi_tail}" if one.mbi_tail else ""),
        )
        for one in Individual.objects.all()
    )  # fmt: skip


def _policies():
    return sorted(
        (
            one.subscriber.last_name, one.carrier.name, one.policy_number, one.status.label,
            str(one.effective_date or ""), str(one.termination_date or ""),
        )
        for one in Policy.objects.select_related("subscriber", "carrier", "status")
    )  # fmt: skip


def _expected(oracle):
    people = sorted(
        tuple(
            one.get(key) or ""
            for key in ("first_name", "last_name", "date_of_birth", "cell_phone", "mbi")
        )
        for one in oracle.people.values()
    )
    policies = sorted(
        (
            oracle.people[one["subscriber"]]["last_name"],
            *(
                one.get(key) or ""
                for key in (
                    "carrier",
                    "policy_number",
                    "policy_status",
                    "effective_date",
                    "termination_date",
                )
            ),
        )
        for one in oracle.policies.values()
    )
    return people, policies


def _tally(oracle):
    found = list(oracle.outcome.values())
    return tuple(found.count(one) for one in ("new", "changed", "same", None))


def _cells(row):
    mbi = row.get("mbi")
    return {key: value or "" for key, value in row.items()} | {
        "mbi": mbi.replace("*", "*******") if mbi else ""
    }


KEYS = (*PEOPLE, *POLICIES)


@pytest.mark.django_db
@pytest.mark.parametrize("fetched", [0, 1_000], ids=["keys are sent", "keys are fetched"])
def test_says_what_the_import_does(fetched, monkeypatch):
    monkeypatch.setattr(matching, "FETCHED", fetched)
    user = UserFactory(is_superuser=True)
    for name in ("Humana", "Aetna"):
        CarrierFactory(name=name)

    @settings(
        max_examples=15,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate],
    )
    @given(BOOK, st.lists(ROW, min_size=1, max_size=5))
    def agree(people, rows):
        with transaction.atomic():
            book = _write_book(people)
            before = (_people(), _policies())
            oracle = Oracle(book, rows)
            full_rows = [{key: _cells(row).get(key, "") for key in KEYS} for row in rows]
            run = receive(full_rows, user=user)
            assert (run.state, run.problem) == ("checked", "")
            assert counts(run) == _tally(oracle)
            if run.new or run.changed:
                commit(run)
                assert (run.state, run.problem) == ("imported", "")
            assert (_people(), _policies()) == _expected(oracle)
            if not run.rejected:  # else a row may be taken now that others are there
                _again_says_nothing_new(full_rows, run, user)
            if run.state == "imported":
                runs.undo(import_id=run.pk, user=user, at=timezone.now())
            assert (_people(), _policies()) == before
            transaction.set_rollback(True)

    agree()


def _again_says_nothing_new(rows, run, user):
    again = receive(rows, user=user, name="again.csv")
    if again.state == "duplicate":
        runs.again(import_id=again.pk, user=user)
        again.refresh_from_db()
        check(again)
    assert counts(again) == (0, 0, len(rows), 0)
    assert not ImportedRows.objects.filter(run=again).exists()
