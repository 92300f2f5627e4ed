"""A bulk edit meets somebody who is editing one of its rows, on two real connections."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.utils import timezone

from agencyhub.records.lists.models import BulkEdit
from agencyhub.records.services import bulkedits
from individuals.models import Individual
from tests.factories.accounts import UserFactory
from tests.factories.individuals import IndividualFactory, option
from tests.waiting import PATIENCE, until_somebody_waits

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("default_options"),
]


def test_a_row_that_somebody_takes_out_of_the_filter_meanwhile_stays_as_they_left_it():
    user = UserFactory(owner=True)
    active, quiet = (option("individual_status", one) for one in ("Active", "Inactive"))
    gone = option("individual_status", "Deceased")
    kept, left = IndividualFactory(), IndividualFactory()
    edit = bulkedits.start(
        list_key="individuals",
        user=user,
        filters={"status": [str(active.pk)]},
        query=f"status={active.pk}",
        pks=None,
    )
    bulkedits.choose(edit=edit, values={"status": str(quiet.pk)}, expected=2)
    bulkedits.confirm(edit_id=edit.pk)

    def run():
        try:
            return bulkedits.run(edit_id=edit.pk, at=timezone.now()).changed
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Individual.objects.filter(pk=left.pk).update(status=gone)
            running = pool.submit(run)
            until_somebody_waits(for_what="the row")
        changed = running.result(timeout=PATIENCE)

    status = dict(Individual.objects.values_list("pk", "status"))
    assert changed == 1
    assert status == {kept.pk: quiet.pk, left.pk: gone.pk}
    assert BulkEdit.objects.get().state == "done"
