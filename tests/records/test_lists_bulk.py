"""Bulk edits: scope said before, done as one act, taken back, and never on rows nobody meant."""

import pytest
from django.urls import reverse
from django.utils import timezone

from agencyhub.records import tasks
from agencyhub.records.lists import bulk, registry
from agencyhub.records.lists.models import BulkEdit
from agencyhub.records.models import Batch
from agencyhub.records.services import bulkedits, undo
from individuals.lists import INDIVIDUALS, SALES_RECORDS
from individuals.models import Individual
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.individuals import IndividualFactory, SalesRecordFactory, option
from tests.factories.lists import fill
from tests.individuals.conftest import signed_in

pytestmark = pytest.mark.django_db
KINDS = [kind for kind in registry.every() if kind.bulk]
MAY = ["individuals.view_individual", "individuals.change_individual", "records.undo_batch"]


def started(browser, kind, **data):
    """Begin an edit and answer the address of its page."""
    url = reverse("records:bulkedit_start", args=[kind.key])
    return browser.post(url, {"state": "", "rows": "all", **data}).url


def carried_out(browser, url, **values):
    browser.post(url, {"step": "preview", **values})
    return browser.post(url, {"step": "confirm"}, follow=True)


@pytest.fixture
def staff():
    return UserFactory(may=MAY)


@pytest.fixture
def browser(staff):
    return signed_in(staff)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.key)
class TestBulkEditOfEveryList:
    def test_previews_changes_and_undoes_each_field(self, kind, client):
        user = UserFactory(owner=True)
        client.force_login(user)
        fill(kind, 2)
        AgentFactory()
        before = _rows(kind)
        for one in kind.bulk:
            url = started(client, kind)
            offered = client.get(url).context["form"].fields[one.key].choices
            value = (
                next(
                    key
                    for key, _ in offered
                    if key and bulk.selected(kind.key, user=user, filters={}).exclude(one.same(key))
                )
                if one.key != "remove_agent"
                else offered[-1][0]
            )

            preview = client.post(url, {"step": "preview", one.key: value})
            assert preview.context["preview"].count == 2
            done = client.post(url, {"step": "confirm"}, follow=True)
            edit = BulkEdit.objects.latest("pk")

            assert edit.state == "done", done.text
            if one.key != "remove_agent":
                assert edit.changed == 2
                assert len(preview.context["preview"].sample) == 2
                undo.undo_batch(batch_id=edit.batch_id, user=user, at=timezone.now())
            assert _rows(kind) == before

    def test_means_the_rows_of_the_users_reach_only(self, kind):
        user = UserFactory(may=[kind.view_permission, kind.change_permission], may__reach="own")
        agent = AgentFactory(user=user)
        own = fill(kind, 2, agent=agent)
        foreign = fill(kind, 1)

        selected = bulk.selected(kind.key, user=user, filters={}, pks=[*own, *foreign])

        assert set(selected) == set(kind.visible(user).filter(pk__in=[*own, *foreign]))


def _rows(kind):
    hidden = {"updated_at"}
    names = [field.name for field in kind.model._meta.concrete_fields if field.name not in hidden]
    return list(kind.model._default_manager.order_by("pk").values_list(*names))


class TestBulkEdit:
    def test_says_the_scope_before_the_button(self, browser):
        staff_too = signed_in(UserFactory(owner=True))
        SalesRecordFactory()
        SalesRecordFactory(individual=IndividualFactory(), converted_at=timezone.now())

        page = staff_too.get(started(staff_too, SALES_RECORDS, state="open=all")).text

        assert "2 Sales Records</p>" in page
        assert "1 of them will be edited." in page
        assert "1 is left alone: converted already" in page

    def test_leaves_rows_alone_that_break_a_rule_and_says_why(self, browser):
        agent = AgentFactory()
        plain, both = fill(INDIVIDUALS, 2)
        Individual.objects.get(pk=both).additional_agents.add(agent)

        done = carried_out(browser, started(browser, INDIVIDUALS), agent=agent.pk)

        assert "1 row changed" in done.text
        assert f"Individual {both}: the agent is an additional agent already" in done.text
        assert Individual.objects.get(pk=plain).servicing_agent == agent
        assert Individual.objects.get(pk=both).servicing_agent is None

    def test_is_one_batch_and_counts_what_was_so_already(self, browser, staff):
        active, quiet = (option("individual_status", one) for one in ("Active", "Inactive"))
        IndividualFactory(status=active)
        IndividualFactory(status=quiet)

        done = carried_out(browser, started(browser, INDIVIDUALS), status=quiet.pk)

        batch = Batch.objects.get()
        assert (batch.user, batch.summary) == (staff, "Bulk edit of Individuals: Status")
        assert batch.changes.count() == 1
        assert "1 row was like that already" in done.text
        assert Individual.objects.filter(status=quiet).count() == 2

    def test_touches_picked_rows_only(self, browser):
        pks = fill(INDIVIDUALS, 3)
        quiet = option("individual_status", "Inactive")

        carried_out(
            browser, started(browser, INDIVIDUALS, rows="selected", pk=pks[:2]), status=quiet.pk
        )

        changed = Individual.objects.filter(status=quiet)
        assert set(changed.values_list("pk", flat=True)) == set(pks[:2])

    @pytest.mark.parametrize("limit", [10_000, 0], ids=["keys kept", "highest key kept"])
    def test_leaves_rows_alone_that_left_the_filter_or_came_later(
        self, browser, monkeypatch, limit
    ):
        monkeypatch.setattr(bulkedits, "KEPT_PKS", limit)
        active, quiet = (option("individual_status", one) for one in ("Active", "Inactive"))
        gone = option("individual_status", "Deceased")
        kept, left = fill(INDIVIDUALS, 2)
        url = started(browser, INDIVIDUALS, state=f"status={active.pk}")
        browser.post(url, {"step": "preview", "status": quiet.pk})
        Individual.objects.filter(pk=left).update(status=gone)
        (later,) = fill(INDIVIDUALS, 1)

        done = browser.post(url, {"step": "confirm"}, follow=True)

        status = dict(Individual.objects.values_list("pk", "status"))
        assert status == {kept: quiet.pk, left: gone.pk, later: active.pk}
        assert "2 rows were counted; 1 still matched when the edit ran." in done.text

    def test_asks_to_type_the_number_of_very_many_rows(self, browser, monkeypatch):
        monkeypatch.setattr("agencyhub.records.lists.forms.TYPED_ABOVE", 1)
        fill(INDIVIDUALS, 2)
        quiet = option("individual_status", "Inactive")
        url = started(browser, INDIVIDUALS)
        browser.post(url, {"step": "preview", "status": quiet.pk})

        refused = browser.post(url, {"step": "confirm", "typed": "3"})
        assert refused.status_code == 422
        assert not Individual.objects.filter(status=quiet).exists()
        browser.post(url, {"step": "confirm", "typed": "2"})

        assert Individual.objects.filter(status=quiet).count() == 2

    def test_leaves_a_long_one_to_a_worker_and_runs_it_once(self, browser, monkeypatch):
        monkeypatch.setattr(bulkedits, "AT_ONCE", 1)
        queued = []
        monkeypatch.setattr(tasks.edit_in_bulk, "delay", lambda **task: queued.append(task))
        fill(INDIVIDUALS, 2)
        quiet = option("individual_status", "Inactive")
        url = started(browser, INDIVIDUALS)

        waiting = carried_out(browser, url, status=quiet.pk)
        assert "0 of 2 rows" in waiting.text
        assert [tasks.edit_in_bulk(**task) for task in queued * 2] == ["done", "done"]

        assert "2 rows changed" in browser.get(url).text
        assert Batch.objects.count() == 1

    def test_changes_nothing_once_the_right_is_gone(self, browser, staff):
        fill(INDIVIDUALS, 1)
        quiet = option("individual_status", "Inactive")
        url = started(browser, INDIVIDUALS)
        browser.post(url, {"step": "preview", "status": quiet.pk})
        edit = bulkedits.confirm(edit_id=BulkEdit.objects.get().pk)
        staff.groups.clear()

        edit = bulkedits.run(edit_id=edit.pk, at=timezone.now())

        assert edit.state == "failed"
        assert not Batch.objects.exists()

    def test_belongs_to_whoever_began_it(self, browser):
        fill(INDIVIDUALS, 1)
        url = started(browser, INDIVIDUALS)

        assert signed_in(UserFactory(may=MAY)).get(url).status_code == 404

    def test_needs_a_row_and_the_right(self, browser):
        assert started(browser, INDIVIDUALS, rows="selected") == INDIVIDUALS.url
        fill(INDIVIDUALS, 1)
        viewer = signed_in(UserFactory(may=["individuals.view_individual"]))

        assert started(viewer, INDIVIDUALS) == INDIVIDUALS.url
        assert not BulkEdit.objects.exists()
