"""Sales records over the API."""

import pytest

from individuals.models import SalesRecord
from tests.api.conftest import Script, errors_of
from tests.factories.accounts import UserFactory
from tests.factories.individuals import MBI, IndividualFactory, SalesRecordFactory

pytestmark = pytest.mark.django_db
ANA = {"first_name": "Ana", "last_name": "Lopez"}


class TestSalesRecords:
    def test_are_created_about_an_individual_whom_the_caller_sees(self, script):
        person = IndividualFactory(mbi=MBI)

        answer = script.post("sales-records/", {**ANA, "stage": "New", "individual": person.pk})

        assert answer.status_code == 201, answer.content
        record = SalesRecord.objects.get()
        assert (record.individual, record.has_mbi(MBI)) == (person, True)

        user = UserFactory(may=["individuals.add_salesrecord"], may__reach="own")
        body = {**ANA, "stage": "New", "individual": person.pk}
        assert errors_of(Script(user).post("sales-records/", body)) == {
            "individual": "does_not_exist"
        }

    def test_keep_whom_they_are_about(self, script):
        record = SalesRecordFactory()
        other = IndividualFactory()
        path = f"sales-records/{record.pk}/"

        assert errors_of(script.change(path, {"individual": other.pk})) == {"individual": "fixed"}
        assert script.change(path, {"stage": "Contacted", "city": "Ames"}).status_code == 200
