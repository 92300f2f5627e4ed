"""Two people undo the same batch at the same moment, on two real connections."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from agencyhub.records import history
from agencyhub.records.models import Batch
from agencyhub.records.services.undo import AlreadyUndoneError, undo_batch
from individuals.models import Individual
from tests.factories.accounts import UserFactory
from tests.factories.individuals import IndividualFactory

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("default_options"),
]


def test_one_of_two_undoes_and_the_other_is_told():
    user = UserFactory(owner=True)
    IndividualFactory(nickname="Ann")
    with history.batch(user=user, channel=Batch.Channel.SCREEN, summary="Edited") as batch:
        Individual.objects.update(nickname="Annie")
    start = Barrier(2)

    def run(_number):
        try:
            start.wait(timeout=60)
            return undo_batch(batch_id=batch.pk, user=user, at=timezone.now()).restored
        except AlreadyUndoneError as refusal:
            return type(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(run, range(2)))

    assert sorted(map(str, answers)) == sorted(map(str, [1, AlreadyUndoneError]))
    assert Individual.objects.get().nickname == "Ann"
    assert Batch.objects.filter(undo_of=batch).count() == 1
