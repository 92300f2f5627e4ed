"""Groups of unmatched applications: which rule names them, what is said, what opens them."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from agencyhub.accounts.models import User
from commissions.matching import patterns as rules
from commissions.models import Application
from commissions.selectors import patterns
from tests.commissions.review.conftest import link
from tests.factories.accounts import UserFactory
from tests.factories.commissions import ApplicationFactory, BookRowFactory, CommissionLineFactory
from tests.factories.policies import CarrierFactory

PAGE = reverse("commissions:unmatched_list")


class TestCommonDifference:
    @pytest.mark.parametrize(
        ("_case", "pairs", "words"),
        [
            ("zeros", [("123", "000123"), ("45", "0045")], "all missing leading zeros"),
            ("extra zeros", [("00123", "123")], "all with extra leading zeros"),
            ("a prefix", [("123", "H123"), ("45", "H45")], "all without “H” in front"),
            ("a suffix", [("123-01", "123"), ("4501", "45")], "all with an extra “01” behind"),
            ("one character", [("12345", "12845")], "all differ in one character"),
            ("dashes only", [("12-3", "123")], ""),
            ("not the same", [("123", "H123"), ("45", "A45")], ""),
            ("another number", [("12345678", "998877")], ""),
            ("a long prefix is a number", [("1", "1234561")], ""),
            ("nothing", [], ""),
        ],
    )
    def test_names_what_all_numbers_have_in_common(self, _case, pairs, words):
        assert rules.common_difference(pairs) == words


class TestWords:
    def test_has_a_sentence_and_a_next_step_for_every_rule(self):
        for code in rules.ORDER:
            said = rules.words(code, count=1_200, carriers=["Humana"], day=date(2026, 10, 1))
            assert said.sentence.startswith("1,200 unmatched, all Humana: ")
            assert said.sentence.endswith(", of 10/01/2026.")
            assert said.next_step
            assert rules.LABELS[code]

    def test_counts_carriers_where_there_are_several(self):
        said = rules.words("no_book", count=3, carriers=["Aetna", "Humana"], day=None)

        assert said.sentence == (
            "3 unmatched at 2 carriers: no book of business of the carrier is here."
        )


@pytest.fixture
def owner(db) -> User:
    return UserFactory(owner=True)


def unmatched(state="not_found", **facts) -> Application:
    return ApplicationFactory(match_state=state, **facts)


@pytest.mark.django_db
class TestGroups:
    def codes(self, user):
        return {one.code: one.count for one in patterns.groups(user)}

    def test_says_that_a_carrier_is_unknown_once_per_spelling(self, owner):
        for name in ("Humanna", "Humanna", "Athena"):
            unmatched(carrier=None, carrier_name=name)
        unmatched(carrier=None)

        said = [one.words.sentence for one in patterns.groups(owner)]

        assert said == [
            "3 unmatched at 2 carriers: the carrier’s name is not known here.",
            "1 unmatched: no carrier was told.",
        ]
        shares = patterns.groups(owner)[0].shares
        assert [(one.name, one.count) for one in shares] == [("“Humanna”", 2), ("“Athena”", 1)]

    def test_tells_withheld_from_blank(self, owner):
        bare = {"carrier": CarrierFactory(), "date_of_birth": None}
        unmatched(**bare, sharing="limited")
        unmatched(**bare)
        unmatched(**bare, policy_number="H1")

        assert self.codes(owner) == {"withheld": 1, "bare": 1, "no_book": 1}

    def test_tells_how_old_the_book_is(self, owner):
        carrier = CarrierFactory(name="Humana")
        BookRowFactory(carrier=carrier, as_of_date=date(2026, 10, 1))
        unmatched(carrier=carrier, submitted_at=datetime(2026, 10, 20, 17, tzinfo=UTC))
        early = datetime(2026, 9, 1, 17, tzinfo=UTC)
        unmatched(carrier=carrier, submitted_at=early)
        unmatched(carrier=carrier, submitted_at=early, effective_date=date(2026, 9, 1))

        assert self.codes(owner) == {"book_old": 1, "not_effective": 1, "not_listed": 1}
        said = {one.code: one.words.sentence for one in patterns.groups(owner)}
        assert said["not_listed"] == (
            "1 unmatched, all Humana: not in the carrier’s book, of 10/01/2026."
        )

    def test_finds_the_number_in_a_book_with_other_details(self, owner):
        carrier, other = CarrierFactory(), CarrierFactory()
        early = datetime(2026, 9, 1, 17, tzinfo=UTC)
        BookRowFactory(carrier=carrier, as_of_date=date(2026, 10, 1))
        BookRowFactory(carrier=other, policy_number="000H-9")
        unmatched(carrier=carrier, submitted_at=early, policy_number="H9")

        assert self.codes(owner) == {"other_details": 1}

    def test_tells_unpaid_from_not_due_and_ended(self, owner):
        paying, silent = CarrierFactory(), CarrierFactory()
        CommissionLineFactory(carrier=paying, statement_date=date(2027, 2, 1))
        issue = {"state": "commission_issue"}
        unmatched(**issue, carrier=silent)
        unmatched(**issue, carrier=paying, effective_date=date(2027, 3, 1))
        unmatched(**issue, carrier=paying)
        ended = unmatched(**issue, carrier=paying)
        link(ended, BookRowFactory(carrier=paying, status="cancelled"), state=1)

        assert self.codes(owner) == {"no_statement": 1, "not_due": 1, "not_paid": 1, "ended": 1}

    def test_leaves_no_unmatched_application_out(self, owner):
        for state in rules.UNMATCHED:
            unmatched(state)
        unmatched("complete")

        assert sum(self.codes(owner).values()) == 4

    def test_opens_exactly_the_rows_that_it_counts(self, page):
        carrier = CarrierFactory()
        wanted = unmatched(carrier=carrier)
        unmatched(carrier=carrier, state="complete")
        unmatched("commission_issue", carrier=carrier)
        (group,) = [one for one in page.get(PAGE).context["groups"] if one.code == "no_book"]

        response = page.get(f"/applications/?{group.query}")

        assert [row.pk for row in response.context["page"].cut] == [wanted.pk]


@pytest.mark.django_db
class TestPage:
    def test_groups_what_an_agent_sees(self, agent_page, agent):
        unmatched(agent=agent)
        unmatched()

        (group,) = agent_page.get(PAGE).context["groups"]

        assert group.count == 1

    def test_is_for_those_who_may_view_applications(self, powerless_page):
        assert powerless_page.get(PAGE).status_code == 403

    def test_asks_as_often_for_twelve_shares_as_for_one(self, page, django_assert_max_num_queries):
        for _ in range(12):
            unmatched()

        with django_assert_max_num_queries(20):
            (group,) = page.get(PAGE).context["groups"]
            assert len(group.shares) == 12
