"""A worksheet is taken back as a whole, by a worker that may die at any moment."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from agencyhub.imports.models import Import
from agencyhub.imports.tasks import stage_import
from eoi import queue, tasks
from eoi.models import Decision, Reversal
from eoi.selectors import worksheets as selectors
from eoi.services import reversing, taking_back
from tests.eoi import sheets
from tests.eoi.passing import asked, upload, waiting
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
STAYS = "The coverage was changed since, so the decision cannot be reversed."


class WorkerDiedError(Exception):
    """What kills a worker in these tests."""


@pytest.fixture(autouse=True)
def _vault(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def told(monkeypatch):
    """The reversals that workers were told of."""
    keys: list[int] = []
    monkeypatch.setattr(queue, "reverse", keys.append)
    return keys


def decided(client: Any, number: int = 3) -> Import:
    rows = [asked(waiting(), "approve_part", approved_volume="120000") for _ in range(number)]
    return upload(client, sheets.markup(rows))


def address(run: Import) -> str:
    return reverse("eoi:worksheet_reverse", args=[run.pk])


def start(client, run, callbacks, reason="The carrier's second report") -> Reversal:
    with callbacks(execute=True):
        client.post(address(run), {"reason": reason})
    return Reversal.objects.latest("pk")


def die_of(monkeypatch, number: int) -> None:
    """Kill the worker in the midst of so manieth reversal, before it commits."""
    whole, seen = reversing.reverse, []

    def reverse_or_die(*words: Any) -> Decision:
        seen.append(words)
        decision = whole(*words)
        if len(seen) == number:
            raise WorkerDiedError
        return decision

    monkeypatch.setattr(reversing, "reverse", reverse_or_die)


def test_a_worker_takes_back_all_of_it_and_names_what_stays(
    client, owner, told, django_capture_on_commit_callbacks
):
    run = decided(client)
    elections = [one.request.election for one in Decision.objects.order_by("pk")]
    type(elections[1]).objects.filter(pk=elections[1].pk).update(level="employee_only")

    before = client.get(address(run)).content.decode()
    reversal = start(client, run, django_capture_on_commit_callbacks)
    working = client.get(address(run), headers={"HX-Request": "true"}).content.decode()
    tasks.reverse_worksheet(reversal.pk)
    after = client.get(address(run), headers={"HX-Request": "true"}).content.decode()

    assert "Reverse 3 decisions" in before
    assert told == [reversal.pk]
    assert "0 of 3 decisions are done." in working
    assert 'hx-trigger="every 1s"' in working
    assert "<html" not in working
    reversal.refresh_from_db()
    assert (reversal.state, reversal.reversed, reversal.refused) == ("done", 2, 1)
    assert 'hx-trigger="every 1s"' not in after
    for words in ("2 decisions are reversed", "1 decision stays as it is", STAYS):
        assert words in after
    for election in elections:
        election.refresh_from_db()
    assert [one.volume for one in elections] == [100_000, 120_000, 100_000]
    stands = Decision.objects.get(reversed_at=None)
    assert stands.request.election == elections[1]
    assert (
        "2 of them reversed"
        in client.get(reverse("eoi:worksheet_detail", args=[run.pk])).content.decode()
    )


def test_who_goes_on_for_a_dead_worker_counts_each_decision_once(
    client, owner, told, monkeypatch, django_capture_on_commit_callbacks
):
    run = decided(client)
    reversal = start(client, run, django_capture_on_commit_callbacks)
    with monkeypatch.context() as dying:
        die_of(dying, 2)
        with pytest.raises(WorkerDiedError):
            tasks.reverse_worksheet(reversal.pk)

    reversal.refresh_from_db()
    assert (reversal.state, reversal.reversed) == ("working", 1)
    assert Decision.objects.filter(reversed_at__isnull=False).count() == 1
    tasks.reverse_worksheet(reversal.pk)  # whoever had it may be alive
    tasks.sweep_reversals()
    assert told == [reversal.pk]
    long_ago = timezone.now() - 2 * taking_back.LEASE
    Reversal.objects.filter(pk=reversal.pk).update(alive_at=long_ago)
    tasks.sweep_reversals()
    assert told == [reversal.pk] * 2
    tasks.reverse_worksheet(reversal.pk)

    reversal.refresh_from_db()
    assert (reversal.state, reversal.reversed, reversal.refused) == ("done", 3, 0)
    assert not Decision.objects.filter(reversed_at=None).exists()


def test_a_worker_that_was_only_slow_writes_nothing_any_more(
    client, owner, told, monkeypatch, django_capture_on_commit_callbacks
):
    run = decided(client, 1)
    reversal = start(client, run, django_capture_on_commit_callbacks)
    whole = reversing.reverse

    def overtaken(*words: Any) -> Decision:
        Reversal.objects.filter(pk=reversal.pk).update(claims=2)
        return whole(*words)

    monkeypatch.setattr(reversing, "reverse", overtaken)
    tasks.reverse_worksheet(reversal.pk)

    reversal.refresh_from_db()
    assert (reversal.state, reversal.reversed) == ("working", 0)
    assert Decision.objects.filter(reversed_at=None).count() == 1


def test_what_kills_every_worker_is_given_up_and_may_be_tried_again(
    client, owner, told, django_capture_on_commit_callbacks
):
    run = decided(client, 1)
    reversal = start(client, run, django_capture_on_commit_callbacks)
    Reversal.objects.filter(pk=reversal.pk).update(
        claims=taking_back.MOST_CLAIMS, started_at=timezone.now() - timedelta(hours=1)
    )

    tasks.reverse_worksheet(reversal.pk)

    assert "was given up" in client.get(address(run)).content.decode()
    again = start(client, run, django_capture_on_commit_callbacks)
    tasks.reverse_worksheet(again.pk)
    again.refresh_from_db()
    assert (again.state, again.reversed) == ("done", 1)


def test_is_begun_once_at_a_time_with_a_reason(
    client, owner, told, django_capture_on_commit_callbacks
):
    run = decided(client, 1)

    assert client.post(address(run), {"reason": ""}).status_code == 422
    assert not Reversal.objects.exists()
    reversal = start(client, run, django_capture_on_commit_callbacks)
    twice = client.post(address(run), {"reason": "Again"}, follow=True).content.decode()
    assert "is being reversed already" in twice
    tasks.reverse_worksheet(reversal.pk)
    nothing = client.post(address(run), {"reason": "Again"}, follow=True).content.decode()
    assert "Nothing of this worksheet is to be reversed." in nothing
    assert Reversal.objects.count() == 1


def test_is_for_those_with_the_right(client):
    client.force_login(UserFactory(may=["eoi.decide_eoirequest", "imports.run_import"]))
    run = decided(client, 1)

    assert client.get(address(run)).status_code == 403
    assert client.post(address(run), {"reason": "x"}).status_code == 403
    page = client.get(reverse("eoi:worksheet_decided", args=[run.pk])).content.decode()
    assert "Reverse the worksheet" not in page


def test_read_anyway_decides_what_was_reversed_and_counts_it(
    client, owner, told, django_capture_on_commit_callbacks
):
    content = sheets.markup([asked(waiting(), "deny_all") for _ in range(2)])
    first = upload(client, content)
    newest = Decision.objects.latest("pk")
    reversing.reverse(newest.pk, "Wrong", owner, timezone.now())

    again = upload(client, content, name="copy.xml")
    client.post(reverse("eoi:worksheet_again", args=[again.pk]))
    stage_import(again.pk)

    again.refresh_from_db()
    assert (again.state, again.new, again.rejected) == ("imported", 1, 1)
    assert [one.request_id for one in selectors.decided(again, user=owner)] == [newest.request_id]
    assert selectors.reversed_count(first, user=owner) == 1


def test_a_file_that_is_read_once_more_tells_what_was_reversed_meanwhile(client, owner):
    run = decided(client, 2)
    newest = Decision.objects.latest("pk")
    reversing.reverse(newest.pk, "Wrong", owner, timezone.now())
    Import.objects.filter(pk=run.pk).update(state="attention", new=0)

    client.post(reverse("eoi:worksheet_again", args=[run.pk]))
    stage_import(run.pk)

    run.refresh_from_db()
    assert (run.state, run.new, run.rejected) == ("imported", 1, 1)
    (failed,) = selectors.failed(run)
    assert failed.texts == ["Decided by this row before, and reversed since: decide again"]
    assert Decision.objects.count() == 2
