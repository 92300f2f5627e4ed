"""Options and roles that come with AgencyHub, in the reader's language."""

import pytest
from django.utils import translation

from agencyhub.accounts import roles
from agencyhub.records import shipped
from agencyhub.records.lists import columns, export
from agencyhub.records.lists.columns import Drawing
from agencyhub.records.lists.lookups import Lookups
from agencyhub.records.models import Option
from tests.factories.accounts import UserFactory


@pytest.mark.django_db
@pytest.mark.usefixtures("default_options")
class TestOptions:
    def test_are_stored_as_they_are_translated(self):
        stored = set(Option.objects.values_list("list", "label"))
        assert {(key, one) for key, of in shipped.LABELS.items() for one in of} <= stored

    def test_mean_in_each_list_what_they_mean_there(self):
        with translation.override("es"):
            policy = Option.objects.get(list="policy_status", label="Active")
            person = Option.objects.get(list="individual_status", label="Active")
            assert (str(policy), str(person)) == ("Activa", "Activo")

    def test_of_the_agency_stay_as_typed(self):
        renamed = Option(list="policy_status", label="Active!")
        elsewhere = Option(list="lead_source", label="Active")
        with translation.override("es"):
            assert (str(renamed), str(elsewhere)) == ("Active!", "Active")

    def test_are_told_in_english_in_files(self):
        user = UserFactory(owner=True)
        sold = Option.objects.get(list="policy_status", label="Active")
        status = columns.named("status", "Status", "pk", lambda lookups: lookups.labels(sold.list))
        rows = Option.objects.filter(pk=sold.pk)
        with translation.override("es"):
            shown = status.write(Drawing(Lookups(user), []))(sold)
            (piece,) = export.pieces(rows, order=[], columns=[status], user=user)
        assert (shown, piece.lines) == ("Activa", [["Active"]])


def test_roles_that_came_with_the_product_follow_the_language_others_do_not():
    with translation.override("es"):
        assert roles.in_words("Owner") != "Owner"
        assert roles.in_words("Policies") == "Policies"
