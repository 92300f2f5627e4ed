"""Which side of a difference is right: one in place, many at once, undone, and with Noyo."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client

from agencyhub.accounts.models import User
from groups.models import Employee
from integrations.noyo.client import Noyo, NoyoRefusedError
from integrations.noyo.models import Difference, NoyoGroup
from integrations.noyo.selectors import settling as selectors
from integrations.noyo.selectors.settling import Left
from integrations.noyo.services import differences
from integrations.noyo.services import settling as services
from tests.factories.accounts import UserFactory
from tests.factories.noyo import NoyoGroupFactory
from tests.factories.noyo_people import AccountFactory, DifferenceFactory
from tests.noyo.differing import AT, differs, found

pytestmark = pytest.mark.django_db
LATER = datetime(2026, 11, 22, 8, tzinfo=UTC)
HTMX = {"HX-Request": "true"}
MANY = "noyo:difference_settle_many"


@pytest.fixture
def user(client: Client) -> User:
    owner: User = UserFactory(owner=True)
    client.force_login(owner)
    return owner


@pytest.fixture
def noyo_group() -> NoyoGroup:
    group: NoyoGroup = NoyoGroupFactory()
    return group


def take(user: User, at: datetime = AT) -> services.Settled:
    return services.take(rows=Difference.objects.all(), user=user, at=at)


class TestTakingTheCarriers:
    def test_is_written_into_our_record_and_undone_as_one_act(
        self, user: User, noyo_group: NoyoGroup
    ) -> None:
        ana = differs(noyo_group, 1, date_of_birth=date(1980, 3, 15), gender="female")
        eva = differs(noyo_group, 2, first_name="Ana", last_name="Lopes")
        rows = found(noyo_group)

        done = take(user)

        ana.refresh_from_db()
        eva.refresh_from_db()
        assert (ana.date_of_birth, eva.last_name) == (date(1980, 3, 15), "Lopes")
        states = {(one.state, one.verdict) for one in Difference.objects.all()}
        assert (done.number, done.left, states) == (len(rows), {}, {("resolved", "carrier")})
        assert done.batch is not None
        assert differences.compare(noyo_group=noyo_group, at=LATER, on=LATER.date()) == 0

        services.undo(batch=done.batch, user=user, at=LATER)

        ana.refresh_from_db()
        assert ana.date_of_birth == date(1980, 3, 14)
        assert {one.state for one in Difference.objects.all()} == {"open"}

    def test_again_changes_nothing(self, user: User, noyo_group: NoyoGroup) -> None:
        differs(noyo_group, 1, date_of_birth=date(1980, 3, 15))
        [one] = found(noyo_group)
        take(user)

        again = take(user)

        assert (again.number, again.left) == (0, {one.pk: Left.DECIDED})

    @pytest.mark.parametrize(
        ("changes", "why"),
        [
            ({"field": "ssn"}, Left.SSN),
            ({"field": "volume"}, Left.VOLUME),
            ({"kind": "missing_here", "field": "person"}, Left.NO_VALUE),
            ({"field": "plan"}, Left.NO_VALUE),
            ({"member": None}, Left.NOBODY),
            ({"carrier_value": "1980-03-16"}, Left.CHANGED_THERE),
            ({"our_value": "1980-03-13"}, Left.CHANGED_HERE),
            ({"state": "dismissed"}, Left.DECIDED),
        ],
        ids=lambda one: one if isinstance(one, str) else "",
    )
    def test_is_left_with_a_reason(
        self, user: User, noyo_group: NoyoGroup, changes: dict[str, Any], why: str
    ) -> None:
        ana = differs(noyo_group, 1, date_of_birth=date(1980, 3, 15))
        [one] = found(noyo_group)
        Difference.objects.filter(pk=one.pk).update(**changes)

        done = take(user)

        assert (done.number, done.left) == (0, {one.pk: why})
        assert selectors.in_words(why)
        ana.refresh_from_db()
        assert ana.date_of_birth == date(1980, 3, 14)

    def test_what_a_rule_of_ours_refuses_keeps_no_other_back(
        self, user: User, noyo_group: NoyoGroup
    ) -> None:
        gone = differs(noyo_group, 1, hire_date=date(2027, 1, 1))
        ana = differs(noyo_group, 2, date_of_birth=date(1980, 3, 15))
        found(noyo_group)
        Employee.objects.filter(pk=gone.pk).update(termination_date=date(2026, 12, 31))

        done = take(user)

        ana.refresh_from_db()
        assert (done.number, ana.date_of_birth) == (1, date(1980, 3, 15))
        [refused] = done.left.values()
        assert "before the day of hire" in refused


class TestOursIsRight:
    def test_holds_until_it_changes(self, user: User, noyo_group: NoyoGroup) -> None:
        ana = differs(noyo_group, 1, date_of_birth=date(1980, 3, 15))
        [one] = found(noyo_group)

        done = services.keep_ours(rows=Difference.objects.all(), user=user, at=AT)

        one.refresh_from_db()
        assert (done.number, one.state, one.verdict, one.note) == (1, "dismissed", "ours", "")
        [one] = found(noyo_group, LATER)
        assert one.state == "dismissed"
        Employee.objects.filter(pk=ana.pk).update(date_of_birth=date(1980, 3, 16))
        [one] = found(noyo_group, LATER)
        assert (one.state, one.verdict) == ("open", "")

    def test_what_noyo_found_is_told_there_first(
        self, user: User, noyo_group: NoyoGroup, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        AccountFactory()
        rows = [
            DifferenceFactory(
                noyo_group=noyo_group, source="noyo", key=f"noyo:d{n}", noyo_id=f"d{n}"
            )
            for n in (1, 2)
        ]
        mine = DifferenceFactory(noyo_group=noyo_group)
        told: list[str] = []

        def change(_noyo: Noyo, path: str, _body: object, *, tracking: bool) -> dict[str, Any]:
            assert tracking
            if path == "/differences/d2/dismiss":
                raise NoyoRefusedError(422, "No.")
            told.append(path)
            return {}

        monkeypatch.setattr("integrations.noyo.client._sign_in", lambda _credentials: ("a", "b"))
        monkeypatch.setattr(Noyo, "change", change)

        done = services.keep_ours(rows=Difference.objects.all(), user=user, at=AT)

        assert (done.number, done.left) == (2, {rows[1].pk: Left.NOYO})
        open_ones = Difference.objects.filter(state="open")
        assert list(open_ones.values_list("pk", flat=True)) == [rows[1].pk]
        assert done.batch is not None
        services.undo(batch=done.batch, user=user, at=LATER)
        assert told == ["/differences/d1/dismiss", "/differences/d1/reopen"]
        mine.refresh_from_db()
        assert mine.state == "open"
