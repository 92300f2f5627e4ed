"""Deciding in the queue: what is linked, what is remembered, what an undo takes back."""

import pytest
from django.urls import reverse

from commissions.models import BookLink, Decision, LineLink, Link, MatchRun, NumberAlias
from commissions.services import refresh
from tests.commissions.review.conftest import link
from tests.factories.commissions import BookRowFactory

pytestmark = pytest.mark.django_db

LIST = reverse("commissions:review_list")
HTMX = {"HX-Request": "true"}


def decide(application):
    return reverse("commissions:review_decide", args=[application.pk])


def say(verdict, candidate=None, **more):
    return {"verdict": verdict, "candidate": candidate or "", **more}


def book(application):
    return BookLink.objects.filter(application=application).order_by("pk").first()


def key(application):
    return f"book-{book(application).book_row_id}"


class TestAccept:
    def test_links_at_once_and_says_what_it_learnt(self, page, suggest, reviewer):
        application = suggest()
        number = book(application).book_row.policy_number

        response = page.post(decide(application), say("accept", key(application)), headers=HTMX)

        linked = book(application)
        assert (linked.state, linked.method) == (Link.State.LINKED, Link.Method.PERSON)
        decision = Decision.objects.get()
        assert (decision.is_match, decision.decided_by) == (True, reviewer)
        alias = NumberAlias.objects.get()
        assert alias.number_key == number.lower()
        text = response.content.decode()
        assert f"Learnt: number {number} of" in text
        assert "<strong>0</strong> left, <strong>1</strong> decided today" in text
        assert "<html" not in text
        application.refresh_from_db()
        assert application.match_state == "commission_issue"

    def test_links_every_line_of_a_candidate(self, page, suggest):
        application = suggest(books=0, lines=3)
        first = LineLink.objects.order_by("pk").first()

        page.post(decide(application), say("accept", f"line-{first.line_id}"))

        assert LineLink.objects.filter(state=Link.State.LINKED).count() == 3
        assert Decision.objects.filter(is_match=True).count() == 3

    def test_works_without_javascript_and_goes_on_to_the_next(self, page, suggest):
        application, following = suggest(), suggest()

        response = page.post(decide(application), say("accept", key(application), back="one"))

        url = reverse("commissions:review_detail", args=[following.pk])
        assert response.url.startswith(f"{url}?sort=oldest&done=")
        assert "Linked: book row" in page.get(response.url).content.decode()

    def test_asks_to_choose_where_several_tie(self, page, suggest):
        application = suggest(books=2)

        response = page.post(decide(application), say("accept"), headers=HTMX)

        assert "Choose one first" in response.content.decode()
        assert not Decision.objects.exists()

    def test_refuses_what_somebody_decided_meanwhile(self, page, suggest):
        application = suggest()
        chosen = key(application)
        page.post(decide(application), say("reject", chosen))

        response = page.post(decide(application), say("accept", chosen), headers=HTMX)

        assert "Rae Viewer decided meanwhile: not a match" in response.content.decode()
        assert Decision.objects.get().is_match is False

    def test_is_within_reach_only(self, agent_page, suggest, powerless_page):
        application = suggest()

        data = say("accept", key(application))
        assert agent_page.post(decide(application), data).status_code == 404
        assert powerless_page.post(decide(application), data).status_code == 403
        assert not Decision.objects.exists()

    def test_leaves_rows_alone_that_the_user_does_not_see(self, agent_page, suggest, agent):
        application = suggest(agent=agent)
        hidden = link(application, BookRowFactory())

        agent_page.post(decide(application), say("accept", f"book-{hidden.book_row_id}"))
        agent_page.post(decide(application), say("none"))

        assert [one.book_row_id for one in Decision.objects.all()] == [
            one.book_row_id
            for one in Decision.objects.filter(book_row__agent=agent, is_match=False)
        ]
        hidden.refresh_from_db()
        assert hidden.state == Link.State.SUGGESTED


class TestReject:
    def test_keeps_the_other_candidates_in_place(self, page, suggest):
        application = suggest(books=2)

        response = page.post(decide(application), say("reject", key(application)), headers=HTMX)

        assert BookLink.objects.filter(application=application).count() == 1
        assert f'id="review-{application.pk}"' in response.content.decode()

    def test_remembers_that_none_is_a_match(self, page, suggest):
        application = suggest(books=2, lines=2)

        page.post(decide(application), say("none"))

        assert Decision.objects.filter(is_match=False).count() == 4
        assert page.get(LIST).context["items"] == []


class TestUndo:
    def test_takes_a_decision_back_with_what_it_learnt(self, page, suggest):
        application = suggest()
        done = page.post(decide(application), say("accept", key(application)), follow=True)
        batch = done.context["done"].batch
        MatchRun.objects.all().delete()

        undo = reverse("commissions:review_undo", args=[batch.pk])
        response = page.post(undo, {"application": application.pk})

        url = reverse("commissions:review_detail", args=[application.pk])
        assert response.url == f"{url}?sort=oldest"
        assert not Decision.objects.exists()
        assert not NumberAlias.objects.exists()
        assert MatchRun.objects.get().state == MatchRun.State.WAITING
        assert "Refresh looks at this application again" in page.get(response.url).content.decode()

    def test_is_for_ones_own_decisions(self, page, suggest, agent_page):
        application = suggest()
        done = page.post(decide(application), say("accept", key(application)), follow=True)

        undo = reverse("commissions:review_undo", args=[done.context["done"].batch.pk])

        assert agent_page.post(undo).status_code == 404
        assert Decision.objects.exists()

    def test_survives_refresh(self, page, suggest, reviewer):
        application = suggest()
        page.post(decide(application), say("reject", key(application)))

        run = refresh.request()
        refresh.run(run_id=run.pk, at=application.created_at)

        assert page.get(LIST).context["items"] == []
