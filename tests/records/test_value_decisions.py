"""What somebody decides about an unknown value, and who is told."""

import pytest
from django.utils import timezone

from agencyhub.lib.errors import DomainError
from agencyhub.records import kinds
from agencyhub.records.kinds import Source
from agencyhub.records.models import Change, Option
from agencyhub.records.services import decisions, values
from agencyhub.records.services.decisions import Wish
from agencyhub.records.unknown import OptionAlias, UnknownValue
from policies.models import Carrier, CarrierAlias
from tests.factories.accounts import UserFactory
from tests.factories.individuals import option
from tests.factories.policies import CarrierFactory, CarrierProductFactory

pytestmark = pytest.mark.django_db
STATUS = "policy_status"


def resolve(texts, *, kind=STATUS):
    source = Source(key="import:1", label="leads.csv", url="/imports/1/")
    return values.resolve(kind=kind, texts=texts, source=source)


def asked(text="In force", *, kind=STATUS):
    resolve([text], kind=kind)
    return UnknownValue.objects.get(kind=kind)


def map_to(value, target, user):
    wishes = [Wish(value.pk, target.pk)]
    return decisions.map_values(wishes=wishes, user=user, at=timezone.now())


class TestDecisions:
    def test_a_mapped_value_is_never_asked_about_again(self):
        user, active = UserFactory(owner=True), option(STATUS, "Active")

        map_to(asked(), active, user)

        assert resolve(["in-force"]).known == {"in-force": active.pk}
        value = UnknownValue.objects.get()
        assert (value.state, value.decided_by, value.target_id) == ("mapped", user, active.pk)

    def test_undo_asks_again(self):
        user = UserFactory(owner=True)
        value = asked()
        map_to(value, option(STATUS, "Active"), user)

        decisions.undo_decision(value_id=value.pk, user=user)

        assert not OptionAlias.objects.exists()
        assert resolve(["In force"]).unknown == {"In force"}

    def test_an_ignored_value_counts_as_blank(self):
        user = UserFactory(owner=True)

        decisions.ignore_values(value_ids=[asked("n/a").pk], user=user, at=timezone.now())

        assert resolve(["N/A"]).ignored == {"N/A"}

    def test_adds_an_option_that_says_what_it_means(self):
        user = UserFactory(owner=True)
        value = asked()
        with pytest.raises(DomainError):
            decisions.add_value(value_id=value.pk, meaning="", user=user, at=timezone.now())

        decisions.add_value(value_id=value.pk, meaning="effectuated", user=user, at=timezone.now())

        new = Option.objects.get(list=STATUS, label="In force")
        assert resolve(["In force"]).known == {"In force": new.pk}
        decisions.undo_decision(value_id=value.pk, user=user)
        assert not Option.objects.filter(pk=new.pk).exists()

    def test_carriers_learn_an_alias_in_a_batch_of_the_history(self):
        user, carrier = UserFactory(owner=True), CarrierFactory(name="Humana")

        map_to(asked("Humana Inc", kind="carrier"), carrier, user)

        alias = CarrierAlias.objects.get()
        assert (alias.carrier, alias.name) == (carrier, "Humana Inc")
        change = Change.objects.get(table_name="policies_carrieralias", action="insert")
        assert change.batch.user == user

    def test_a_carrier_in_use_is_not_taken_back(self):
        user = UserFactory(owner=True)
        value = asked("Humana Inc", kind="carrier")
        decisions.add_value(value_id=value.pk, meaning="", user=user, at=timezone.now())
        CarrierProductFactory(carrier=Carrier.objects.get())

        with pytest.raises(DomainError, match="has records by now"):
            decisions.undo_decision(value_id=value.pk, user=user)

        assert UnknownValue.objects.get().state == "added"

    def test_needs_the_right_to_add(self):
        user = UserFactory(may=["records.change_unknownvalue"])

        with pytest.raises(decisions.MayNotAddError):
            decisions.add_value(
                value_id=asked("Humana Inc", kind="carrier").pk,
                meaning="",
                user=user,
                at=timezone.now(),
            )

        assert not Carrier.objects.exists()

    def test_maps_all_or_none(self):
        user, active = UserFactory(owner=True), option(STATUS, "Active")
        resolve(["One", "Two"])
        one, two = UnknownValue.objects.order_by("pk")
        decisions.ignore_values(value_ids=[two.pk], user=user, at=timezone.now())

        with pytest.raises(decisions.DecidedMeanwhileError):
            decisions.map_values(
                wishes=[Wish(one.pk, active.pk), Wish(two.pk, active.pk)],
                user=user,
                at=timezone.now(),
            )

        one.refresh_from_db()
        assert one.state == "open"
        assert not OptionAlias.objects.exists()

    def test_tells_the_source_that_waits_once(self, django_capture_on_commit_callbacks):
        user, active = UserFactory(owner=True), option(STATUS, "Active")
        resolve({"One": 1, "Two": 1})
        wishes = [Wish(pk, active.pk) for pk in UnknownValue.objects.values_list("pk", flat=True)]
        before = dict(kinds.LISTENERS)
        kinds.LISTENERS.clear()
        kinds.listen("import", task="somebody.revalidate")
        try:
            with django_capture_on_commit_callbacks() as calls:
                decisions.map_values(wishes=wishes, user=user, at=timezone.now())
        finally:
            kinds.LISTENERS.clear()
            kinds.LISTENERS.update(before)

        (call,) = calls
        assert call.args == ("somebody.revalidate",)
        told = call.keywords["kwargs"]
        assert (told["source"], told["kind"]) == ("import:1", STATUS)
        assert sorted(told["texts"]) == ["One", "Two"]
