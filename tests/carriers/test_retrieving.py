"""Fetch from the sandbox's carriers, over real HTTP and SFTP."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import asyncssh
import pytest
from django.utils import timezone

from agencyhub.imports import vault
from agencyhub.imports.models import Import
from integrations.carriers.models import CarrierFile, Connection, Retrieval
from integrations.carriers.services import leases, running
from sandbox import enrolled
from tests.carriers.conftest import run_now
from tests.sandbox.test_enrolled import ANA

pytestmark = pytest.mark.django_db
State, FileState = Retrieval.State, CarrierFile.State
UNTIL = date(2026, 11, 22)
FROM = {"humana": "Humana_BOB_20261122.csv", "uhc": "UHC_BookOfBusiness.xlsx",
        "aetna": "MedicareApprovedBOBReport_20261122.csv"}  # fmt: skip
CARRIERS = tuple(FROM)


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(datetime(2026, 11, 22, 15, tzinfo=UTC))


def files_of(run):
    return {file.name: file for file in run.files.all()}


class TestRetrieve:
    @pytest.mark.parametrize("carrier", CARRIERS)
    def test_brings_book_and_statements_to_the_imports(self, site, carrier):
        connection = getattr(site, carrier)()

        run = run_now(connection, until=UNTIL)

        assert (run.state, run.listed, run.fetched, run.code) == (State.DONE, 4, 4, "")
        imports = Import.objects.order_by("pk")
        assert {one.kind for one in imports} == {"book_of_business", "commission_statement"}
        assert {one.options["carrier"] for one in imports} == {connection.carrier_id}
        assert all(one.options["unattended"] for one in imports)
        assert all(one.user is None for one in imports)
        book = imports.get(kind="book_of_business")
        assert book.file_name == FROM[carrier]
        assert book.options["as_of"] == "2026-11-22"
        assert sum(map(len, vault.read(book.file.stored_as))) == book.file.size

    @pytest.mark.parametrize("passphrase", ["", "correct horse"])
    def test_signs_in_with_a_key(self, site, passphrase):
        own, other = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
        site.sftp_keys.write_bytes(own.export_public_key())
        right, wrong = (
            key.export_private_key(passphrase=passphrase or None, rounds=50).decode()
            for key in (own, other)
        )
        connection = site.uhc(
            sign_in=Connection.SignIn.KEY, secret="", private_key=right, passphrase=passphrase
        )

        run = run_now(connection, until=UNTIL)
        connection.credentials.private_key = wrong
        connection.credentials.save()
        refused = run_now(connection, until=UNTIL)

        assert (run.state, run.code, run.fetched) == (State.DONE, "", run.listed)
        assert run.fetched >= 4
        assert (refused.state, refused.code) == (State.FAILED, "credentials")

    @pytest.mark.parametrize("carrier", CARRIERS)
    def test_does_not_fetch_again_what_did_not_change(self, site, carrier):
        connection = getattr(site, carrier)()
        run_now(connection, until=UNTIL)

        again = run_now(connection, until=UNTIL)

        assert (again.state, again.listed, again.known, again.fetched) == (State.DONE, 4, 4, 0)
        assert Import.objects.count() == 4

    @pytest.mark.parametrize("carrier", CARRIERS)
    def test_brings_whoever_was_enrolled_and_paid_since(self, site, carrier):
        connection = getattr(site, carrier)()
        run_now(connection, until=UNTIL)
        names = {"humana": "Humana", "uhc": "UnitedHealthcare", "aetna": "Aetna Medicare"}
        number = f"HS-{carrier}"
        enrolled.add(site.store, replace(ANA, carrier=names[carrier], confirmation_number=number))
        site.office.pay_now()

        again = run_now(connection, until=UNTIL)

        kinds = sorted(again.files.values_list("kind", flat=True))
        assert kinds == ["book_of_business", "commission_statement"]
        assert (again.fetched, again.duplicates) == (2, 0)

    def test_lists_only_the_days_asked_for(self, site):
        run = run_now(site.aetna(), days=30, until=UNTIL)

        assert sorted(files_of(run)) == [
            "Aetna_Commissions_2026-10.csv",
            "Aetna_Commissions_2026-11.csv",
            "MedicareApprovedBOBReport_20261122.csv",
        ]

    def test_leaves_a_rolling_month_until_it_is_over(self, site, time_machine):
        connection = site.uhc(statement_type=Connection.StatementType.ROLLING)

        run = run_now(connection, until=UNTIL)

        assert (run.fetched, run.held_back) == (3, 1)
        current = files_of(run)["UHC_Commissions_2026-11.xlsx"]
        assert (current.state, current.period) == (FileState.HELD_BACK, "2026-11")
        time_machine.move_to(datetime(2026, 12, 1, 15, tzinfo=UTC))
        later = run_now(connection, until=date(2026, 12, 1))
        assert (later.fetched, later.held_back) == (1, 0)
        assert list(files_of(later)) == ["UHC_Commissions_2026-11.xlsx"]

    def test_reads_a_rolling_month_again_if_told_so(self, site):
        connection = site.uhc(
            statement_type=Connection.StatementType.ROLLING,
            current_month=Connection.CurrentMonth.REREAD,
        )

        run = run_now(connection, until=UNTIL)

        assert (run.fetched, run.held_back) == (4, 0)
        statements = Import.objects.filter(kind="commission_statement")
        assert all(one.options["is_rolling"] for one in statements)

    def test_recognises_the_same_content_under_another_name(self, site):
        site.office.misbehave("humana", "copy")

        run = run_now(site.humana(), until=UNTIL)

        assert (run.fetched, run.duplicates) == (5, 1)
        copy = files_of(run)["Copy_of_Humana_Commission_2026-10.xls"]
        assert copy.state == FileState.DUPLICATE
        assert copy.run.state == Import.State.DUPLICATE

    @pytest.mark.parametrize("carrier", CARRIERS)
    def test_an_empty_file_needs_somebody_and_stops_nothing(self, site, carrier):
        site.office.misbehave(carrier, "empty")

        run = run_now(getattr(site, carrier)(), until=UNTIL)

        assert (run.state, run.fetched, run.failed) == (State.DONE, 3, 1)
        assert "The file is empty." in run.files.get(state=FileState.FAILED).problem

    @pytest.mark.parametrize("carrier", CARRIERS)
    def test_half_a_file_is_not_imported_and_is_tried_again(self, site, carrier):
        site.office.misbehave(carrier, "half")
        connection = getattr(site, carrier)()

        run = run_now(connection, until=UNTIL)

        assert (run.state, run.code, run.fetched) == (State.WAITING, "cut_off", 0)
        assert Import.objects.count() == 0
        assert run.again_at > timezone.now()
        site.office.misbehave(carrier, "none")
        Retrieval.objects.update(again_at=None)
        run = running.work(retrieval_id=run.pk)
        assert (run.state, run.code, run.fetched) == (State.DONE, "", 4)

    @pytest.mark.parametrize("carrier", CARRIERS)
    def test_says_that_the_credentials_are_refused(self, site, carrier):
        site.office.misbehave(carrier, "refuses")

        run = run_now(getattr(site, carrier)(), until=UNTIL)

        assert (run.state, run.code) == (State.FAILED, "credentials")
        assert run.next_step.startswith("Enter the current credentials")

    def test_waits_longer_after_each_passing_failure_and_then_gives_up(self, site):
        site.office.misbehave("uhc", "down")
        run = run_now(site.uhc(), until=UNTIL)
        pauses = []
        while run.state == State.WAITING:
            pauses.append(round((run.again_at - timezone.now()) / timedelta(minutes=1)))
            Retrieval.objects.update(again_at=timezone.now())
            run = running.work(retrieval_id=run.pk)

        assert pauses == [2, 10, 30, 120]
        assert (run.state, run.code) == (State.FAILED, "no_answer")

    def test_comes_back_when_the_carrier_says_not_so_fast(self, site):
        site.throttle.most = 2

        run = run_now(site.aetna(), until=UNTIL)

        assert (run.state, run.fetched) == (State.DONE, 4)

    def test_does_nothing_while_a_run_is_not_due_for_another_try(self, site):
        site.office.misbehave("uhc", "down")
        run = run_now(site.uhc(), until=UNTIL)
        site.office.misbehave("uhc", "none")

        assert running.work(retrieval_id=run.pk).state == State.WAITING
        assert leases.to_go_on_with(at=timezone.now()) == []
        assert leases.to_go_on_with(at=run.again_at) == [run.pk]


class TestHostKey:
    def test_is_pinned_at_first_and_another_one_is_refused(self, site):
        connection = site.uhc()
        run_now(connection, until=UNTIL)
        connection.refresh_from_db()
        assert connection.host_key.startswith("ssh-ed25519 ")
        other = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIDSY7ZBHiQwGYvRTYVDhuKaQJpTwdCdrhPnAb3WOXpG"
        Connection.objects.update(host_key=other)

        run = run_now(connection, until=UNTIL)

        assert (run.state, run.code) == (State.FAILED, "host_key")
