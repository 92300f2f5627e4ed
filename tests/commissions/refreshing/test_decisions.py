import pytest

from commissions.models import (
    Application,
    BookLink,
    BookRow,
    CommissionLine,
    Decision,
    LineLink,
    Link,
    NumberAlias,
)
from commissions.services import decisions
from commissions.services.decisions import DecidedOtherwiseError
from tests.commissions.refreshing.conftest import NOW
from tests.factories.accounts import UserFactory
from tests.factories.commissions import (
    ApplicationFactory,
    BookRowFactory,
    CommissionLineFactory,
)
from tests.factories.policies import CarrierFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def carrier():
    return CarrierFactory()


@pytest.fixture
def user():
    return UserFactory(is_superuser=True)


@pytest.fixture
def stranger(carrier):
    """A book row that no rule would link to the application."""
    return BookRowFactory(
        carrier=carrier,
        first_name="Zoe",
        last_name="Yang",
        date_of_birth=None,
        policy_number="Z991234",
    )


@pytest.fixture
def application(carrier):
    return ApplicationFactory(carrier=carrier, last_name="Quintero")


class TestDecide:
    def test_links_at_once_and_for_good(self, application, stranger, user, refreshed):
        decisions.decide(
            application_id=application.pk, book_row_id=stranger.pk, is_match=True, user=user, at=NOW
        )

        link = BookLink.objects.get()
        assert (link.state, link.method) == (Link.State.LINKED, Link.Method.PERSON)
        application.refresh_from_db()
        assert application.match_state == Application.MatchState.COMMISSION_ISSUE
        refreshed(is_full=True)
        assert BookLink.objects.get().pk == link.pk

    def test_is_not_asked_again_about_the_number(self, application, stranger, user, refreshed):
        decisions.decide(
            application_id=application.pk, book_row_id=stranger.pk, is_match=True, user=user, at=NOW
        )
        line = CommissionLineFactory(
            carrier=stranger.carrier, first_name="Z", last_name="Yang", policy_number="00Z-991234"
        )

        refreshed()

        assert NumberAlias.objects.get().number_key == "z991234"
        assert LineLink.objects.get(state=Link.State.LINKED).line_id == line.pk

    def test_never_links_again_what_is_no_match(self, application, carrier, user, refreshed):
        row = BookRowFactory(carrier=carrier, last_name="Quintero")
        refreshed()
        assert BookLink.objects.get().state == Link.State.LINKED

        decisions.decide(
            application_id=application.pk, book_row_id=row.pk, is_match=False, user=user, at=NOW
        )

        application.refresh_from_db()
        assert application.match_state == Application.MatchState.NOT_FOUND
        for is_full in (False, True):
            refreshed(is_full=is_full)
            assert not BookLink.objects.exists()

    def test_lets_what_was_displaced_find_another(self, application, stranger, user, refreshed):
        row = BookRowFactory(carrier=stranger.carrier, last_name="Quintero")
        other = ApplicationFactory(
            carrier=stranger.carrier, last_name="Quintero", policy_number=row.policy_number
        )
        refreshed(is_full=True)
        assert BookLink.objects.get(state=Link.State.LINKED).application_id == other.pk

        decisions.decide(
            application_id=application.pk, book_row_id=row.pk, is_match=True, user=user, at=NOW
        )
        refreshed()

        assert BookLink.objects.get(state=Link.State.LINKED).application_id == application.pk
        other.refresh_from_db()
        assert other.match_state == Application.MatchState.NOT_FOUND

    def test_refuses_a_second_application_for_a_row(self, application, stranger, user):
        other = ApplicationFactory(carrier=stranger.carrier)
        decisions.decide(
            application_id=other.pk, book_row_id=stranger.pk, is_match=True, user=user, at=NOW
        )

        with pytest.raises(DecidedOtherwiseError):
            decisions.decide(
                application_id=application.pk, book_row_id=stranger.pk, is_match=True, user=user,
                at=NOW,
            )  # fmt: skip

        assert Decision.objects.count() == 1
        assert BookLink.objects.get().application_id == other.pk

    def test_links_lines_as_well(self, application, carrier, user, refreshed):
        line = CommissionLineFactory(carrier=carrier, last_name="Yang", policy_number="Q5551234")

        decisions.decide(
            application_id=application.pk, line_id=line.pk, is_match=True, user=user, at=NOW
        )
        refreshed(is_full=True)

        assert LineLink.objects.get().method == Link.Method.PERSON
        assert not CommissionLine.objects.exclude(pk=line.pk).exists()
        assert not BookRow.objects.exists()
