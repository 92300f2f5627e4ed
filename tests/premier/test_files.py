"""Status files that come again, and those that are taken back."""

import json
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

import polars as pl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import timezone

from agencyhub.imports.models import Import
from agencyhub.imports.services import files, runs
from agencyhub.imports.types.base import Context
from integrations.premier.imports import derive
from policies.models import Carrier, Payment, PaymentFact, Policy, Standing, Told
from policies.services import payments
from policies.standing import MOMENT
from tests.factories.accounts import UserFactory
from tests.factories.policies import PolicyFactory, PremierTermFactory

pytestmark = pytest.mark.django_db
CONTENT = b"policy_number,payment_status\nA-1,Past Due\n"


@pytest.fixture(autouse=True)
def _vault(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


def state_of(day: str, kind: str = "premier_status") -> str:
    """What becomes of the same bytes that tell of a day."""
    content = SimpleUploadedFile("statuses.csv", CONTENT)
    run = files.receive(
        content=content, name=content.name, kind=kind, user=None, options={"as_of": day},
        is_queued=False,
    )  # fmt: skip
    return run.state


def test_the_same_bytes_say_something_new_on_another_day():
    assert state_of("2026-11-21") == state_of("2026-11-22") == Import.State.RECEIVED
    assert state_of("2026-11-21") == state_of("2026-11-22") == Import.State.DUPLICATE


def test_a_book_of_the_same_bytes_is_known():
    assert state_of("2026-11-21", "book_of_business") == Import.State.RECEIVED
    assert state_of("2026-11-22", "book_of_business") == Import.State.DUPLICATE


@pytest.mark.parametrize(
    "moment",
    ["2026-11-21T23:59:59.999999-05:00", "2026-11-22T04:59:59.999999+00:00"],
    ids=["the end of an earlier day", "the same moment as it came"],
)
def test_rows_without_a_moment_tell_of_that_of_their_file(moment):
    own = datetime(2026, 11, 20, 6, tzinfo=UTC)
    context = Context(options={"moment": moment, "carrier_id": 1, "import_id": 2})
    without = pl.DataFrame({"policy_number": ["A-1"]})
    some = pl.DataFrame({"as_of": [None, own]}, schema={"as_of": MOMENT})

    found = [derive(rows, context).columns["as_of"].to_list() for rows in (without, some)]

    last = datetime(2026, 11, 22, 4, 59, 59, 999999, tzinfo=UTC)
    assert found == [[last], [last, own]]


class TestUndo:
    """What an import did to payments goes back, as far as nobody spoke since."""

    @pytest.fixture
    def policy(self):
        carrier = PremierTermFactory().carrier
        return PolicyFactory(carrier=carrier, policy_number="AB-1")

    def test_restores_what_was_known_and_removes_what_was_new(self, policy, tmp_path):
        before = day(20)
        tell(policy, month=date(2026, 10, 1), status="past_due", as_of=before)
        run = read(
            tmp_path,
            policy.carrier,
            "AB-1,2026-10,Paid,2026-11-21T06:00:00Z",
            "AB-1,2026-11,Past Due,2026-11-21T06:00:00Z",
        )
        assert Payment.objects.count() == 2

        kept = runs.undo(import_id=run.pk, user=UserFactory(owner=True), at=timezone.now()).kept

        payment = Payment.objects.get()
        assert (payment.status, payment.as_of, payment.import_id) == ("past_due", before, None)
        assert PaymentFact.objects.count() == 0
        assert Standing.objects.get().status == "past_due"
        assert Standing.objects.get().as_of == before
        assert kept == []

    def test_leaves_no_standing_where_nothing_else_was_told(self, policy, tmp_path):
        run = read(tmp_path, policy.carrier, "AB-1,2026-11,Past Due,2026-11-21T06:00:00Z")

        runs.undo(import_id=run.pk, user=UserFactory(owner=True), at=timezone.now())

        assert not Payment.objects.exists()
        assert not Standing.objects.exists()

    def test_leaves_what_was_told_again_word_for_word_since(self, policy, tmp_path):
        run = read(tmp_path, policy.carrier, "AB-1,2026-11,Past Due,2026-11-20T06:00:00Z")
        tell(policy, month=date(2026, 11, 1), status="past_due", as_of=day(21))

        kept = runs.undo(import_id=run.pk, user=UserFactory(owner=True), at=timezone.now()).kept

        assert kept[-1:] == ["Payments that were told anew since: 1"]
        assert Payment.objects.get().as_of == Standing.objects.get().as_of == day(21)

    def test_says_what_stays(self, policy, tmp_path):
        tell(policy, month=date(2026, 9, 1), status="current", as_of=day(19))
        run = read(
            tmp_path,
            policy.carrier,
            "AB-1,2026-09,Paid,2026-11-20T06:00:00Z",
            "AB-1,2026-11,Past Due,2026-11-20T06:00:00Z",
        )
        tell(policy, month=date(2026, 11, 1), status="current", as_of=day(21))

        kept = runs.undo(import_id=run.pk, user=UserFactory(owner=True), at=timezone.now()).kept

        assert kept[-2:] == [
            "Payments that were told anew since: 1",
            "Payments of which it said nothing new: 1",
        ]
        assert Payment.objects.get(month=date(2026, 11, 1)).status == "current"


def day(number: int) -> datetime:
    """Six in the morning of a day in November."""
    return datetime(2026, 11, number, 6, tzinfo=UTC)


def tell(policy: Policy, *, month: date, status: str, as_of: datetime) -> None:
    """Let the carrier push one payment."""
    words = {"current": "Paid", "past_due": "Past Due"}
    row = {
        "row": 1, "policy_number": policy.policy_number, "as_of": as_of, "month": month,
        "status": status, "carrier_status": words[status],
    }  # fmt: skip
    rows = pl.DataFrame([row], schema={name: payments.ROWS[name] for name in row})
    source, carrier_id = Told.Source.PUSH, policy.carrier_id
    payments.apply(rows, carrier_id=carrier_id, source=source, at=max(as_of, timezone.now()))


def read(folder: Path, carrier: Carrier, *lines: str) -> Import:
    """Import a file of the carrier by command."""
    file = folder / "statuses.csv"
    header = "policy_number,payment_month,payment_status,as_of"
    file.write_text("\n".join((header, *lines)), encoding="utf-8")
    told = StringIO()
    call_command(
        "import_file", "premier_status", str(file), "--carrier", carrier.name, "--json", stdout=told
    )
    return Import.objects.get(pk=json.loads(told.getvalue())["import"])
