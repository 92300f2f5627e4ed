"""So many applications that a worker counts them: the page asks for it and shows what was found."""

from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.core.cache import cache
from django.urls import reverse

from agencyhub.lib import beforehand as waiting
from agencyhub.records.lists.selection import TooSlowError
from commissions.models import MatchRun
from commissions.selectors import beforehand, patterns, results, unapplied
from commissions.tasks import count_matches
from commissions.views import matching_unmatched
from tests.factories.commissions import ApplicationFactory, BookRowFactory, CommissionLineFactory

pytestmark = pytest.mark.django_db

RESULTS = reverse("commissions:result_list")
UNMATCHED = f"{reverse('commissions:unmatched_list')}?groups"


@pytest.fixture(autouse=True)
def nothing_remembered():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def owner(reviewer):
    return reviewer


@pytest.fixture
def sent():
    with patch.object(waiting.current_app, "send_task") as send:
        yield send


@pytest.fixture(autouse=True)
def slow(monkeypatch):
    @contextmanager
    def gives_up(**_):
        raise TooSlowError("Too slow.")
        yield

    monkeypatch.setattr(beforehand, "within", gives_up)


@pytest.fixture
def some(agent):
    ApplicationFactory.create_batch(2, match_state="not_found", carrier=None, carrier_name="Athena")
    ApplicationFactory(match_state="not_found", carrier=None, agent=agent)
    ApplicationFactory(match_state="complete")


def key(user, what=beforehand.MATCHES):
    return beforehand._key(what, user)


def count(user, what=beforehand.MATCHES):
    """What a worker does that a page has asked."""
    return count_matches(user_id=user.pk, what=what, marker=waiting.marker_of(key(user, what)))


def counts(response):
    return {one.state: one.count for one in response.context["outcomes"]}


class TestAPage:
    def test_has_a_worker_count_once_and_asks_again(self, page, some, sent, owner):
        first, again = page.get(RESULTS), page.get(UNMATCHED)

        marker = waiting.marker_of(key(owner))
        asked = {"user_id": owner.pk, "what": beforehand.MATCHES, "marker": marker}
        sent.assert_called_once_with(beforehand.TASK, kwargs=asked)
        assert set(counts(first).values()) == {"…"}
        assert not any(one.is_empty for one in first.context["outcomes"])
        assert 'hx-trigger="every 2s"' in first.content.decode()
        assert 'hx-trigger="load delay:2s"' in again.content.decode()

    def test_shows_what_the_worker_found_and_when(self, page, some, sent, owner):
        page.get(RESULTS)
        assert count(owner)

        shown, grouped = page.get(RESULTS), page.get(UNMATCHED)

        assert (counts(shown)["not_found"], counts(shown)["ambiguous"]) == ("3", "0")
        assert "as of" in shown.content.decode()
        assert 'hx-trigger="every 2s"' not in shown.content.decode()
        assert grouped.context["groups"] == patterns.groups(owner)
        assert "“Athena”" in grouped.content.decode()

    def test_does_not_share_what_others_see(self, agent_page, some, sent, owner, agent):
        count(owner)

        response = agent_page.get(RESULTS)

        assert set(counts(response).values()) == {"…"}
        sent.assert_called_once()

    def test_counts_by_itself_where_that_is_quick(self, page, some, sent, monkeypatch):
        @contextmanager
        def patient(**_):
            yield

        monkeypatch.setattr(beforehand, "within", patient)

        response = page.get(RESULTS)

        assert counts(response)["not_found"] == "3"
        assert "as of" not in response.content.decode()
        sent.assert_not_called()

    def test_asks_for_groups_later_where_these_are_many(self, page, some, sent, monkeypatch):
        monkeypatch.setattr(matching_unmatched, "AT_ONCE", 1)

        response = page.get(reverse("commissions:unmatched_list"))

        assert 'hx-trigger="load"' in response.content.decode()
        sent.assert_not_called()


class TestCounts:
    @pytest.fixture(autouse=True)
    def counted(self, some, owner):
        count(owner)

    def later(self, owner, **age):
        with patch.object(beforehand.timezone, "now") as now:
            now.return_value = cache.get(key(owner)).as_of + timedelta(**age)
            return results.results(owner)

    def test_are_renewed_after_a_while_and_shown_meanwhile(self, owner, sent):
        assert self.later(owner, minutes=9).as_of
        sent.assert_not_called()

        assert self.later(owner, minutes=11).as_of
        assert self.later(owner, minutes=12).as_of
        sent.assert_called_once()

    def test_are_renewed_soon_after_refresh(self, owner, sent):
        at = cache.get(key(owner)).as_of + timedelta(seconds=1)
        MatchRun.objects.create(state=MatchRun.State.DONE, finished_at=at)

        self.later(owner, seconds=30)
        sent.assert_not_called()

        self.later(owner, seconds=90)
        sent.assert_called_once()

    def test_that_failed_are_asked_for_again_a_minute_later(self, owner, sent):
        cache.clear()
        with pytest.raises(ZeroDivisionError):
            beforehand.keep(
                beforehand.MATCHES,
                owner,
                marker=waiting.marker_of(key(owner)),
                states=lambda: 1 / 0,
                shares=list,
            )

        results.results(owner)
        sent.assert_not_called()

        cache.delete(waiting.marker_of(key(owner)))
        results.results(owner)
        sent.assert_called_once()

    def test_are_not_made_for_who_left(self, owner):
        owner.is_active = False
        owner.save()

        assert not count(owner)
        assert cache.get(waiting.marker_of(key(owner))) is None

    def test_of_who_sees_less_by_now_keep_nobody_waiting(self, agent_page, agent, sent):
        """The page that asked is told so under the name by which it waits."""
        agent_page.get(RESULTS)
        (asked,) = [one.kwargs["kwargs"] for one in sent.call_args_list]
        agent_page.get(RESULTS)
        assert sent.call_count == 1
        agent.user.groups.clear()

        assert count_matches(**asked)

        assert cache.get(asked["marker"]) is None


class TestRowsWithoutAnApplication:
    @pytest.fixture(params=[beforehand.LINES, beforehand.BOOK])
    def what(self, request):
        return request.param

    @pytest.fixture
    def url(self, what):
        sides = {beforehand.LINES: "unapplied_lines", beforehand.BOOK: "unapplied_book"}
        return reverse(f"commissions:{sides[what]}")

    @pytest.fixture(autouse=True)
    def rows(self):
        CommissionLineFactory.create_batch(2)
        BookRowFactory.create_batch(2)

    def test_are_grouped_by_a_worker_and_asked_for_again(self, page, url, what, sent, owner):
        first = page.get(f"{url}?groups").content.decode()

        assert sent.call_args.kwargs["kwargs"]["what"] == what
        assert 'hx-trigger="load delay:2s"' in first
        assert count(owner, what)
        shown = page.get(url)
        groups = {
            beforehand.LINES: unapplied.line_groups, beforehand.BOOK: unapplied.book_groups
        }[what]  # fmt: skip
        assert shown.context["groups"] == groups(owner) != []
        assert "as of" in shown.content.decode()
        assert 'hx-trigger="load' not in shown.content.decode()
        sent.assert_called_once()

    def test_are_not_shared_with_who_sees_others(self, agent_page, url, what, sent, owner):
        count(owner, what)

        assert agent_page.get(f"{url}?groups").context["groups"] == []
        sent.assert_called_once()
