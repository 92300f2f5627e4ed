"""The queue of suggestions: whose, in which order, beside what."""

import pytest
from django.urls import reverse

from commissions.matching.reasons import Reason
from commissions.models import BookRow, CommissionLine
from tests.commissions.review.conftest import link
from tests.factories.commissions import BookRowFactory
from tests.factories.individuals import MBI

pytestmark = pytest.mark.django_db

LIST = reverse("commissions:review_list")


def one(application):
    return reverse("commissions:review_detail", args=[application.pk])


class TestList:
    def test_the_address_that_others_rely_on_leads_here(self, page):
        response = page.get("/work-queue/?order=money")

        assert (response.status_code, response.url) == (302, f"{LIST}?order=money")

    def test_shows_the_oldest_application_first_with_its_reasons(self, page, suggest):
        first, second = suggest(last_name="Abbott"), suggest(last_name="Baker")

        response = page.get(LIST)

        assert [item.application for item in response.context["items"]] == [first, second]
        text = response.content.decode()
        assert "Same last name" in text
        assert "But another policy number" in text
        assert "<strong>2</strong> left" in text

    @pytest.mark.parametrize(
        ("order", "names"),
        [
            ("oldest", ["Abbott", "Baker", "Chen"]),
            ("newest", ["Chen", "Baker", "Abbott"]),
            ("money", ["Baker", "Abbott", "Chen"]),
        ],
    )
    def test_is_sorted_by_age_or_money(self, page, suggest, order, names):
        one_line, three_lines, in_book = (
            suggest(last_name="Abbott", books=0, lines=1),
            suggest(last_name="Baker", books=0, lines=3),
            suggest(last_name="Chen"),
        )
        waits = {row.last_name: row for row in (one_line, three_lines, in_book)}

        items = page.get(LIST, {"sort": order}).context["items"]
        after = page.get(LIST, {"sort": order, "after": waits[names[0]].pk}).context["items"]
        following = page.get(one(waits[names[1]]), {"sort": order}).context

        assert [item.application.last_name for item in items] == names
        assert [item.application.last_name for item in after] == names[1:]
        assert following["previous"] == waits[names[0]]
        assert following["next"] == waits[names[2]]

    def test_has_a_door_with_its_number_on_the_dashboard(self, page, suggest):
        suggest()

        work = page.get("/dashboard/work/", headers={"HX-Request": "true"})

        (line,) = [line for line in work.context["lines"] if line.queue.url == LIST]
        assert line.waits.number == 1

    def test_leaves_out_what_is_linked(self, page, suggest):
        suggest(link={"state": 1})

        assert page.get(LIST).context["items"] == []

    def test_counts_lines_of_one_policy_as_one_candidate(self, page, suggest):
        suggest(books=0, lines=3)

        (item,) = page.get(LIST).context["items"]

        (candidate,) = item.candidates
        assert (len(candidate.ids), candidate.amount) == (3, 3 * 725)
        assert "3 commission lines" in page.get(LIST).content.decode()

    def test_chooses_nobody_of_a_tie(self, page, suggest):
        suggest(books=2, link={"reasons": [Reason.NUMBER_SAME, Reason.NEAR_TIE]})
        suggest()

        tie, sure = page.get(LIST).context["items"]

        assert sure.best == sure.candidates[0]
        assert tie.best is None

    def test_shows_an_agent_what_both_sides_say_is_theirs(self, agent_page, suggest, agent):
        own = suggest(agent=agent)
        suggest()
        foreign_row = suggest(agent=agent)
        BookRow.objects.filter(links__application=foreign_row).update(agent=None)
        other = link(own, BookRowFactory(carrier=own.carrier))

        items = agent_page.get(LIST).context["items"]

        assert [item.application for item in items] == [own]
        assert other.book_row not in [one.row for one in items[0].candidates]
        assert items[0].hidden == 1
        assert agent_page.get(one(foreign_row)).status_code == 302

    def test_is_for_those_who_may_review(self, powerless_page):
        assert powerless_page.get(LIST).status_code == 403

    def test_goes_on_after_a_skipped_one(self, page, suggest):
        application = suggest()

        text = page.get(LIST, {"after": application.pk}).content.decode()

        assert "All done" in text

    def test_asks_as_often_for_twelve_as_for_one(
        self, page, suggest, django_assert_max_num_queries
    ):
        for _ in range(12):
            suggest(books=2, lines=2)

        with django_assert_max_num_queries(16):
            assert len(page.get(LIST).context["items"]) == 10


class TestOne:
    def test_marks_field_by_field_what_differs(self, page, suggest):
        application = suggest(mbi_tail=MBI[-4:])
        row = BookRow.objects.get(links__application=application)
        BookRow.objects.filter(pk=row.pk).update(effective_date="2027-02-01")

        response = page.get(one(application))

        rows = {str(field.label): field.others[0] for field in response.context["item"].rows}
        assert rows["Name"].mark == "same"
        assert (rows["Effective"].mark, rows["Effective"].text) == ("different", "02/01/2027")
        assert rows["MBI"].mark == "same"
        assert MBI not in response.content.decode()

    def test_leads_to_the_next_and_the_previous(self, page, suggest):
        applications = [suggest(), suggest(), suggest()]

        context = page.get(one(applications[1])).context

        assert context["previous"] == applications[0]
        assert context["next"] == applications[2]

    def test_says_that_nothing_waits(self, page, suggest):
        application = suggest(link={"state": 1})

        assert page.get(one(application)).url == LIST

    def test_compares_with_lines(self, page, suggest):
        application = suggest(books=0, lines=1)
        CommissionLine.objects.update(policy_number="00H-77")
        application.policy_number = "H77"
        application.save()

        (item,) = [page.get(one(application)).context["item"]]

        rows = {str(field.label): field.others[0] for field in item.rows}
        assert rows["Numbers"].mark == "same"
        assert "$725.00" in rows["Paid"].text
