"""A document of the wrong client goes to the right one, with its years and with who opened it."""

import re
from datetime import date

import pytest
from django.urls import reverse

from agencyhub.records import history
from agencyhub.records.models import Batch, Entry
from agencyhub.records.services.undo import undo_batch
from documents import owners
from documents.models import Document
from documents.owners import INDIVIDUAL, POLICY
from documents.services import moving
from documents.vault import VAULT
from individuals.looking import who_looked
from individuals.services.merges import merge
from tests.documents.conftest import signed_in
from tests.documents.test_keeping import remove
from tests.factories.accounts import UserFactory
from tests.factories.documents import AT, PDF, document_of
from tests.factories.individuals import IndividualFactory
from tests.factories.policies import PolicyFactory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
SCOPE = Document.Kind.SCOPE
WHY = "Uploaded to the wrong client"


def place(record):
    return owners.of_record(record), record.pk


def value(record):
    owner, pk = place(record)
    return owner.place(pk)


def move(document, to, *, user, seen=None, reason=WHY):
    with history.batch(user=user, channel=Batch.Channel.SCREEN, summary="Moved") as batch:
        moved = moving.move(
            document_id=document.pk,
            seen=seen or owners.place_of(document),
            to=place(to),
            reason=reason,
            user=user,
            batch=batch,
        )
    return moved, batch


@pytest.fixture(params=["individual", "policy"])
def other(request, db):
    """The right client, or their policy."""
    return (
        IndividualFactory(first_name="Rita") if request.param == "individual" else PolicyFactory()
    )


def door(document, name="move"):
    return reverse(f"documents:document_{name}", args=[document.pk])


class TestMove:
    def test_takes_the_file_its_years_and_its_note_along(self, record, other, staff):
        one = document_of(record, kind=SCOPE, signed_date=date(2026, 3, 14), note="By mail")

        move(one, other, user=staff)

        (moved,) = other.documents.all()
        assert not record.documents.exists()
        assert moved.pk == one.pk
        assert (moved.kept_until, moved.signed_date, moved.note, moved.user, moved.uploaded_at) == (
            one.kept_until, one.signed_date, one.note, one.user, one.uploaded_at,
        )  # fmt: skip
        assert b"".join(VAULT.read(moved.stored_as)) == PDF

    def test_tells_the_timelines_of_both_and_why(self, record, other, staff):
        one = document_of(record, kind=SCOPE)

        move(one, other, user=staff, reason="  Wrong   client ")

        away, here = Entry.objects.order_by("-pk")[:2][::-1]
        assert (away.text, here.text) == (
            "Moved a document away: Scope of Appointment",
            "Moved a document here: Scope of Appointment",
        )
        words = {INDIVIDUAL: "Individual", POLICY: "policy"}
        assert away.reasons == ["Wrong client", f"To {words[place(other)[0]]} {other.pk}"]
        assert here.reasons == ["Wrong client", f"From {words[place(record)[0]]} {record.pk}"]
        for line, whose in ((away, record), (here, other)):
            owner = owners.of_record(whose)
            assert (line.table_name, line.record_id) == (whose._meta.db_table, whose.pk)
            assert line.individual_id == owner.individual_of(whose)
            assert line.user == staff

    def test_changes_nothing_the_second_time(self, record, other, staff):
        one = document_of(record)
        seen = owners.place_of(one)
        move(one, other, user=staff)
        lines = Entry.objects.count()

        move(one, other, user=staff, seen=seen)

        assert Entry.objects.count() == lines
        assert other.documents.get() == one

    def test_leaves_who_opened_it_with_it(self, record, other, page, staff):
        one = document_of(record, kind=SCOPE)
        page.get(door(one, "download"))

        move(one, other, user=staff)

        before, now = (
            next(owners.INDIVIDUAL.model.objects.filter(pk=owners.of_record(r).individual_of(r))
                 .iterator()) for r in (record, other)
        )  # fmt: skip
        assert [line.how for line in who_looked(before).lines if "document" in line.how] == [
            "Opened a document: Scope of Appointment"
        ]
        assert [line.how for line in who_looked(now).lines] == [
            "Opened a document while another client had it: Scope of Appointment"
        ]

    def test_is_undone_and_done_again_like_any_change(self, record, other, staff):
        one = document_of(record, kind=SCOPE)
        _, batch = move(one, other, user=staff)

        undone = undo_batch(batch_id=batch.pk, user=staff, at=AT)
        assert (record.documents.get(), other.documents.exists()) == (one, False)

        undo_batch(batch_id=undone.batch.pk, user=staff, at=AT)
        assert (record.documents.exists(), other.documents.get()) == (False, one)

    def test_keeps_both_where_the_right_client_has_the_file_already(self, record, other, staff):
        kept, one = document_of(other, kind=SCOPE), document_of(record, kind=SCOPE)

        move(one, other, user=staff)

        assert set(other.documents.all()) == {kept, one}

    @pytest.mark.parametrize(
        ("_case", "reason", "code"),
        [
            ("no reason", "  ", "no_reason"),
            ("a Social Security number", "SSN 123-45-6789", "holds_identifier"),
            ("an MBI", "of 1EG4-TE5-MK73", "holds_identifier"),
        ],
    )
    def test_wants_a_reason_that_everybody_may_read(self, staff, _case, reason, code):
        one = document_of(IndividualFactory())

        with pytest.raises(moving.DomainError) as refusal:
            move(one, IndividualFactory(), user=staff, reason=reason)

        assert (refusal.value.code, refusal.value.field) == (code, "reason")
        self.stays(one)

    def test_refuses_a_client_out_of_sight(self, agent_user):
        one = document_of(IndividualFactory(servicing_agent=agent_user.agent))

        for target in (IndividualFactory(), PolicyFactory()):
            with pytest.raises(moving.NowhereToMoveError, match="out of your sight"):
                move(one, target, user=agent_user)

        self.stays(one)

    def test_refuses_what_the_user_may_only_look_at(self, other):
        user = UserFactory(may=[INDIVIDUAL.view, POLICY.view])
        one = document_of(IndividualFactory())

        with pytest.raises(moving.NowhereToMoveError):
            move(one, other, user=user)

        self.stays(one)

    def test_refuses_a_client_who_was_merged_away(self, staff):
        one, (survivor, loser) = document_of(PolicyFactory()), merged()

        with pytest.raises(moving.NowhereToMoveError, match="merged into another"):
            move(one, loser, user=staff)

        self.stays(one)
        assert not survivor.documents.exists()

    def test_refuses_where_the_wrong_client_was_merged_meanwhile(self, staff):
        survivor, loser = IndividualFactory(), IndividualFactory(first_name="Anna")
        one = document_of(loser)
        seen, number = owners.place_of(one), loser.pk
        merged(survivor, loser)
        assert number != survivor.pk

        with pytest.raises(moving.MovedMeanwhileError, match="Look again"):
            move(one, IndividualFactory(), user=staff, seen=seen)

        assert survivor.documents.get() == one

    def test_refuses_what_was_moved_meanwhile(self, record, other, staff):
        one = document_of(record)
        seen = owners.place_of(one)
        move(one, IndividualFactory(), user=staff)

        with pytest.raises(moving.MovedMeanwhileError):
            move(one, other, user=staff, seen=seen)

        assert not other.documents.exists()

    def test_refuses_what_was_removed(self, record, other, staff):
        one = document_of(record)
        remove(one)

        with pytest.raises(moving.MovedRemovedError, match=r"Put it back before"):
            move(one, other, user=staff)

        assert not other.documents.exists()

    def stays(self, one):
        now = Document.objects.get(pk=one.pk)
        assert owners.place_of(now) == owners.place_of(one)
        assert not Entry.objects.filter(text__startswith="Moved").exists()


def merged(survivor=None, loser=None):
    survivor, loser = survivor or IndividualFactory(), loser or IndividualFactory(first_name="Anna")
    seen = {one.pk: one.updated_at for one in (survivor, loser)}
    pk = loser.pk
    merge(survivor_id=survivor.pk, loser_id=pk, choices={}, seen=seen,
          user=UserFactory(owner=True), at=AT)  # fmt: skip
    loser.pk = pk
    return survivor, loser


class TestPage:
    def test_is_a_page_and_a_fragment(self, page, record):
        one = document_of(record)

        whole, part = page.get(door(one)), page.get(door(one), headers=HTMX)

        assert b"<html" in whole.content
        assert part.content.strip().startswith(b"<section")
        for answer in (whole, part):
            assert "letter.pdf" in answer.content.decode()
            assert door(one, "move_search") in answer.content.decode()

    def test_finds_clients_and_their_policies_but_not_where_it_is(self, page):
        wrong = PolicyFactory(subscriber=IndividualFactory(last_name="Zanzibar"))
        other = PolicyFactory(subscriber=wrong.subscriber)
        one = document_of(wrong)

        answer = page.post(door(one, "move_search"), {"q": "zanzibar"}, headers=HTMX)

        shown = answer.content.decode()
        assert re.findall(r'name="to" value="([^"]*)"', shown) == [
            value(wrong.subscriber),
            value(other),
        ]
        assert "zanzibar" not in door(one, "move_search")

    def test_finds_nobody_of_another_book(self, agent_user):
        one = document_of(IndividualFactory(servicing_agent=agent_user.agent))
        IndividualFactory(last_name="Zanzibar")

        answer = signed_in(agent_user).post(door(one, "move_search"), {"q": "zanzibar"})

        assert "Nobody in your sight is found" in answer.content.decode()
        assert "Zanzibar," not in answer.content.decode()

    def test_asks_again_where_nothing_was_typed(self, page, record):
        one = document_of(record)

        assert page.post(door(one, "move_search"), {"q": " "}).url == door(one)

    def test_has_the_same_queries_for_any_number_of_clients(
        self, page, record, django_assert_max_num_queries
    ):
        for _ in range(12):
            PolicyFactory(subscriber=IndividualFactory(last_name="Zanzibar"))
        one = document_of(record)
        page.post(door(one, "move_search"), {"q": "zanzibar"})

        with django_assert_max_num_queries(18):
            answer = page.post(door(one, "move_search"), {"q": "zanzibar"})

        assert answer.content.decode().count('name="to"') == 24

    def test_moves_it_and_offers_to_undo(self, page, record, other):
        one = document_of(record)
        data = {"seen": value(record), "to": value(other), "reason": WHY}

        answer = page.post(door(one), data, headers=HTMX)

        batch = Batch.objects.latest("pk")
        target = owners.of_record(other).list_page(other.pk)
        assert answer["HX-Redirect"] == f"{target}?moved={batch.pk}"
        shown = page.get(answer["HX-Redirect"]).content.decode()
        assert "letter.pdf belongs to this client now." in shown
        assert reverse("records:batch_undo", args=[batch.pk]) in shown
        page.post(reverse("records:batch_undo", args=[batch.pk]))
        assert record.documents.get() == one
        assert "batches" not in page.get(answer["HX-Redirect"]).content.decode()

    @pytest.mark.parametrize("text", ["", "x", "0", "9999999999999999999999"])
    def test_offers_no_undo_of_what_is_no_move(self, page, record, text):
        where = owners.of_record(record).list_page(record.pk)

        assert "was moved here" not in page.get(f"{where}?moved={text}").content.decode()

    @pytest.mark.parametrize(
        ("changed", "words"),
        [
            ({"to": ""}, "Search for the client, and choose one."),
            ({"to": "individual:x"}, "Search for the client, and choose one."),
            ({"to": "agent:1"}, "Search for the client, and choose one."),
            ({"reason": ""}, "Say why: the history of both keeps it."),
            ({"reason": "SSN 123-45-6789"}, "Leave it out"),
            ({"to": "individual:999999"}, "out of your sight"),
        ],
    )
    def test_says_what_is_wrong_and_moves_nothing(self, page, changed, words):
        record, other = IndividualFactory(), IndividualFactory()
        one = document_of(record)
        data = {"seen": value(record), "to": value(other), "reason": WHY, **changed}

        answer = page.post(door(one), data, headers=HTMX)

        assert answer.status_code == 422
        assert words in answer.content.decode()
        assert record.documents.get() == one

    def test_keeps_what_was_chosen_beside_the_error(self, page, record, other):
        one = document_of(record)
        data = {"seen": value(record), "to": value(other), "reason": ""}

        shown = page.post(door(one), data).content.decode()

        assert f'value="{value(other)}" checked' in shown

    def test_is_for_who_may_edit_the_record(self, record):
        one = document_of(record)
        looker = signed_in(UserFactory(may=[owners.of_record(record).view]))
        stranger = signed_in(UserFactory(may=[INDIVIDUAL.change, POLICY.change]))

        for name, verb in (("move", "get"), ("move", "post"), ("move_search", "post")):
            assert getattr(looker, verb)(door(one, name)).status_code == 403
            assert getattr(stranger, verb)(door(one, name)).status_code == 404

    def test_is_reached_from_the_panel_by_who_may_edit(self, page, record):
        one = document_of(record, kind=SCOPE)
        where = owners.of_record(record).list_page(record.pk)
        looker = signed_in(UserFactory(may=[owners.of_record(record).view]))

        assert f'href="{door(one)}"' in page.get(where).content.decode()
        assert door(one) not in looker.get(where).content.decode()
