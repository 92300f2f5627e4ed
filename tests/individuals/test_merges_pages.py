"""The two side by side, merging and unmerging them on screen, and old links."""

from datetime import timedelta

import pytest
from django.urls import reverse

from agencyhub.records.models import Batch
from individuals.models import DuplicatePair, Individual, MergedIndividual
from individuals.services import duplicates
from tests.factories.accounts import UserFactory
from tests.factories.individuals import MBI, AddressFactory, IndividualFactory
from tests.factories.policies import PolicyFactory
from tests.individuals.conftest import RIGHTS, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def merger():
    """A browser of somebody who may merge."""
    return signed_in(
        UserFactory(may=[*RIGHTS, "individuals.merge_individual", "policies.view_policy"])
    )


@pytest.fixture
def pair():
    one = IndividualFactory(email="")
    other = IndividualFactory(first_name="Ana María", cell_phone="5155550111", mbi=MBI)
    AddressFactory(individual=other)
    duplicates.detect(individual_ids=[other.pk])
    return DuplicatePair.objects.get(first=one, second=other)


def url(role, *pks):
    return reverse(f"individuals:{role}", args=pks)


def merge_url(pair):
    return url("individual_merge", pair.first_id, pair.second_id)


def form(page, **choices):
    """What the browser sends: the rows as chosen beforehand, and when both were seen."""
    shown = page.context["page"]
    rows = {row.name: row.chosen for row in shown.rows if row.name}
    return {**rows, **{f"seen_{pk}": at for pk, at in shown.seen.items()}, **choices}


class TestCompare:
    def test_shows_both_values_with_the_better_one_chosen(self, merger, pair):
        response = merger.get(merge_url(pair))

        rows = {row.label: row for row in response.context["page"].rows}
        assert (rows["First name"].chosen, rows["Email"].chosen) == ("right", "right")
        assert (rows["MBI"].left, rows["MBI"].right) == ("", "•••••••MK73 (known in full)")
        assert not rows["Last name"].is_different
        assert rows["Primary address"].chosen == "right"
        text = response.content.decode()
        assert MBI not in text
        assert f"Individual {pair.first_id} remains" in text
        assert "1 addresses" in text or "1 address" in text

    def test_shows_an_equal_mbi_as_the_same(self, merger):
        one, other = IndividualFactory(mbi=MBI), IndividualFactory(mbi=MBI)

        rows = merger.get(url("individual_merge", one.pk, other.pk)).context["page"].rows

        assert [row.is_different for row in rows if row.label == "MBI"] == [False]

    def test_offers_to_keep_the_other_one(self, merger, pair):
        text = merger.get(merge_url(pair)).content.decode()

        assert url("individual_merge", pair.second_id, pair.first_id) in text

    def test_opens_a_pair_with_the_one_who_should_remain_at_the_left(self, merger, pair):
        PolicyFactory(subscriber=pair.second)

        response = merger.get(url("duplicate_open", pair.pk))

        wanted = url("individual_merge", pair.second_id, pair.first_id)
        assert response.url == f"{wanted}?queue={pair.pk}"

    def test_is_out_of_reach_for_who_does_not_see_both(self, agent_page, agent, pair):
        Individual.objects.filter(pk=pair.first_id).update(servicing_agent=agent)

        assert agent_page.get(merge_url(pair)).status_code == 404

    def test_lets_others_compare_but_not_merge(self, page, powerless_page, pair):
        assert "does not merge" in page.get(merge_url(pair)).content.decode()
        assert page.post(merge_url(pair)).status_code == 403
        assert powerless_page.get(merge_url(pair)).status_code == 403


class TestMerge:
    def test_merges_and_leads_to_who_remains(self, merger, pair):
        data = form(merger.get(merge_url(pair)), first_name="left")

        response = merger.post(merge_url(pair), data, follow=True)

        assert response.redirect_chain == [(url("individual_detail", pair.first_id), 302)]
        individual = Individual.objects.get()
        assert (individual.first_name, individual.cell_phone) == ("Ana", "5155550111")
        text = response.content.decode()
        assert f"Merged with Ana María Lopez (Individual {pair.second_id})" in text
        assert f"Merged Individual {pair.second_id} into this one" in text

    def test_goes_on_with_the_queue_it_came_from(self, merger, pair):
        data = form(merger.get(f"{merge_url(pair)}?queue={pair.pk}"), queue=pair.pk)

        response = merger.post(merge_url(pair), data, follow=True)

        batch = MergedIndividual.objects.get().batch
        assert response.redirect_chain == [(f"{url('duplicate_list')}?merged={batch.pk}", 302)]
        text = response.content.decode()
        assert f"Merged Individual {pair.second_id} into Individual {pair.first_id}." in text
        assert reverse("records:batch_undo", args=[batch.pk]) in text
        assert response.context["done"].number == 1

    def test_keeps_the_choice_when_somebody_saved_one_meanwhile(self, merger, pair):
        data = form(merger.get(merge_url(pair)), first_name="left", email="left")
        later = pair.first.updated_at + timedelta(minutes=1)
        Individual.objects.filter(pk=pair.first_id).update(updated_at=later, nickname="Anita")

        response = merger.post(merge_url(pair), data)

        assert response.status_code == 422
        assert "Nothing was merged" in response.content.decode()
        rows = {row.name: row.chosen for row in response.context["page"].rows if row.name}
        assert (rows["first_name"], rows["email"]) == ("left", "left")
        assert merger.post(merge_url(pair), form(response)).status_code == 302

    def test_twice_leads_to_who_remains(self, merger, pair):
        data = form(merger.get(merge_url(pair)))
        merger.post(merge_url(pair), data)

        response = merger.post(merge_url(pair), data, follow=True)

        assert response.redirect_chain == [(url("individual_detail", pair.first_id), 302)]
        assert "already" in response.content.decode()
        assert MergedIndividual.objects.count() == 1

    def test_refuses_a_form_without_the_times(self, merger, pair):
        assert merger.post(merge_url(pair), {"seen_1": "x"}).status_code == 422


class TestAfterwards:
    @pytest.fixture
    def batch(self, merger, pair):
        merger.post(merge_url(pair), form(merger.get(merge_url(pair))))
        return Batch.objects.get(pk=MergedIndividual.objects.get().batch_id)

    @pytest.mark.parametrize("role", ["individual_detail", "individual_edit"])
    def test_old_links_lead_to_who_remains(self, merger, pair, batch, role):
        response = merger.get(url(role, pair.second_id), follow=True)

        assert response.redirect_chain == [(url("individual_detail", pair.first_id), 302)]
        assert "part of this one now" in response.content.decode()

    def test_old_links_tell_nothing_to_who_does_not_see_them(self, agent_page, pair, batch):
        assert agent_page.get(url("individual_detail", pair.second_id)).status_code == 404

    def test_the_timeline_has_the_history_of_both(self, merger, pair, batch):
        text = merger.get(url("individual_detail", pair.first_id) + "?timeline=all")

        times = [item.text for item in text.context["page"].timeline]
        assert f"Merged Individual {pair.second_id} into this one" in times
        assert f"Individual {pair.second_id} added" in times

    def test_unmerges_from_the_page_of_who_remains(self, merger, pair, batch):
        assert (
            reverse("records:batch_undo", args=[batch.pk])
            in merger.get(url("individual_detail", pair.first_id)).content.decode()
        )

        response = merger.post(reverse("records:batch_undo", args=[batch.pk]), follow=True)

        assert response.status_code == 200
        assert Individual.objects.count() == 2
        assert merger.get(url("individual_detail", pair.second_id)).status_code == 200
        assert DuplicatePair.objects.get().state == DuplicatePair.State.OPEN


class TestChoose:
    def test_offers_who_looks_alike(self, merger, pair):
        response = merger.get(url("individual_merge_choose", pair.first_id))

        assert [one.individual for one in response.context["lookalikes"]] == [pair.second]

    def test_takes_a_number(self, merger, pair):
        other = IndividualFactory(first_name="Zoe")

        response = merger.get(url("individual_merge_choose", other.pk), {"other": pair.first_id})

        assert response.url == url("individual_merge", pair.first_id, other.pk)

    @pytest.mark.parametrize("number", ["999999", "x", "own"])
    def test_refuses_a_number_of_nobody_else(self, merger, pair, number):
        number = pair.first_id if number == "own" else number

        response = merger.get(url("individual_merge_choose", pair.first_id), {"other": number})

        assert response.status_code == 422

    def test_needs_the_right(self, page, pair):
        assert page.get(url("individual_merge_choose", pair.first_id)).status_code == 403


class TestCreate:
    URL = reverse("individuals:individual_create")
    TYPED = {
        "first_name": "Ana", "last_name": "Lopez", "date_of_birth": "1958-03-14",
        "language": "en", "address-type": "",
    }  # fmt: skip

    def test_asks_back_and_remembers_that_it_is_somebody_else(self, page, staff):
        known = IndividualFactory()
        assert page.post(self.URL, self.TYPED).status_code == 422

        page.post(self.URL, {**self.TYPED, "is_other_person": "on"})

        new = Individual.objects.exclude(pk=known.pk).get()
        pair = DuplicatePair.objects.get(first=known, second=new)
        assert (pair.state, pair.decided_by) == (DuplicatePair.State.NOT_DUPLICATE, staff)

    def test_leaves_a_pair_with_somebody_unseen_to_others(self, agent_page):
        IndividualFactory()

        agent_page.post(self.URL, {**self.TYPED, "is_other_person": "on"})

        assert DuplicatePair.objects.get().state == DuplicatePair.State.OPEN
