"""Pick up files of decisions over real SFTP."""

import pytest

from eoi.models import Decision, EoiRequest
from integrations.eoi_batches.models import BatchFile, Look
from tests.eoi_batches.conftest import line, states
from tests.factories.eoi import EoiRequestFactory

pytestmark = pytest.mark.django_db(transaction=True)
State = BatchFile.State


@pytest.fixture
def waiting(box) -> EoiRequest:
    """A request of the folder's group."""
    return request_of(box)


def request_of(box, **values) -> EoiRequest:
    return EoiRequestFactory(election__employee__group=box.folder.group, **values)


class TestPickUp:
    def test_decides_every_row_and_answers_with_results(self, box, waiting):
        box.drop(
            "decisions.csv",
            line(waiting),
            line(waiting),
            "404,,subscriber_life,deny_all,,2026-12-01",
        )

        visit = box.pick_up()

        assert states(visit.finished) == [("decisions.csv", State.ARCHIVED, 1, 2)]
        waiting.refresh_from_db()
        decision = Decision.objects.get()
        assert (waiting.status, decision.channel) == ("approved", Decision.Channel.BATCH)
        assert decision.source == f"batch:{visit.finished[0].key}:2"
        number = waiting.employee.external_id
        assert box.results("decisions.csv") == [
            f"2,{number},subscriber_life,approve_all,A,",
            f"3,{number},subscriber_life,approve_all,R,Coverage not waiting for EOI decision",
            "4,404,subscriber_life,deny_all,R,Employee not found",
        ]
        assert box.names("archive") == ["decisions.csv"]
        assert [box.names(part) for part in ("inbound", "processing", "rejected")] == [[]] * 3
        look = Look.objects.get()
        assert (look.code, look.failed_at) == ("", None)
