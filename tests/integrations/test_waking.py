"""Waking the inbox from a thread of its own, and remembering that PlanCompare is on."""

import threading

import pytest

from integrations import tasks
from integrations.plancompare import active
from integrations.plancompare.services.settings import deactivate_site
from tests.factories.accounts import UserFactory
from tests.factories.plancompare import SiteFactory


class TestWakeInboxSoon:
    @pytest.fixture(autouse=True)
    def _in_background(self, settings):
        settings.HOOK_WAKES_IN_BACKGROUND = True

    def test_wakes_after_the_call_from_another_thread(self, monkeypatch):
        woken, threads = threading.Event(), []

        def wake() -> None:
            threads.append(threading.current_thread().name)
            woken.set()

        monkeypatch.setattr(tasks, "wake_inbox", wake)

        tasks.wake_inbox_soon()

        assert woken.wait(5)
        assert threads == ["inbox-waker"]

    def test_asks_once_for_deliveries_of_one_moment(self, monkeypatch):
        calls, woken = [], threading.Event()

        def wake() -> None:
            calls.append(1)
            woken.set()

        monkeypatch.setattr(tasks, "wake_inbox", wake)
        monkeypatch.setattr(tasks, "WAKE_TOGETHER_SECONDS", 0.2)

        for _ in range(20):
            tasks.wake_inbox_soon()

        assert woken.wait(5)
        assert len(calls) == 1


@pytest.mark.django_db
class TestIsActive:
    def test_asks_the_database_once_while_it_remembers(self, django_assert_num_queries):
        SiteFactory()

        with django_assert_num_queries(1):
            answers = [active.is_active() for _ in range(3)]

        assert answers == [True, True, True]

    def test_notices_a_deactivation_in_this_process_at_once(self):
        site = SiteFactory()
        assert active.is_active()

        deactivate_site(variant=site.variant, user=UserFactory())

        assert not active.is_active()

    def test_does_not_remember_that_it_is_off(self):
        assert not active.is_active()

        SiteFactory()

        assert active.is_active()
