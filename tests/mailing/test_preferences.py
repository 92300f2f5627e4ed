"""What users set about their own mail."""

from datetime import UTC, date, datetime, time

import pytest

from agencyhub.accounts.models import User
from agencyhub.mailing import addresses
from agencyhub.mailing.models import MailPreference, OptOut
from agencyhub.mailing.services import optouts
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 23, 15, tzinfo=UTC)
VALUES = {
    "gets_digest": "on",
    "digest_time": "17:30",
    "weekdays": ["5", "1"],
    "quiet_from": "22:00",
    "quiet_to": "06:00",
    "signature": "Rosa, your agent",
    "time_zone": "America/Chicago",
    "language": "es",
}


@pytest.fixture
def user(client) -> User:
    user = UserFactory()
    client.force_login(user)
    return user


class TestPreferenceForm:
    def test_starts_with_what_everybody_has(self, client, user):
        form = client.get("/accounts/mail/").context["form"]

        assert form.initial["gets_digest"] is True
        assert form.initial["digest_time"] == time(8)
        assert form.initial["weekdays"] == [0, 1, 2, 3, 4]
        assert form.initial["time_zone"] == user.time_zone

    def test_saves_hours_days_zone_and_language(self, client, user):
        MailPreference.objects.create(user=user, digest_day=date(2026, 11, 23))

        client.post("/accounts/mail/", VALUES)

        stored = MailPreference.objects.get()
        assert (stored.digest_time, stored.weekdays) == (time(17, 30), [1, 5])
        assert (stored.quiet_from, stored.quiet_to) == (time(22), time(6))
        assert stored.sends_reminders is False
        assert stored.digest_day == date(2026, 11, 23)
        user.refresh_from_db()
        assert (user.time_zone, user.language) == ("America/Chicago", "es")

    @pytest.mark.parametrize(
        ("_case", "changes", "field"),
        [
            ("an hour that is always quiet", {"digest_time": "05:59"}, "digest_time"),
            ("no hour", {"digest_time": "25:00"}, "digest_time"),
            ("a zone of no country", {"time_zone": "Mars/Olympus"}, "time_zone"),
            ("an eighth day", {"weekdays": ["7"]}, "weekdays"),
            ("a language that nobody speaks here", {"language": "de"}, "language"),
        ],
    )
    def test_refuses(self, client, user, _case, changes, field):
        page = client.post("/accounts/mail/", VALUES | changes)

        assert page.status_code == 422
        assert list(page.context["form"].errors) == [field]
        assert not MailPreference.objects.exists()

    def test_asks_for_a_sign_in(self, client):
        assert client.get("/accounts/mail/").url == "/accounts/login/?next=/accounts/mail/"


class TestResume:
    def test_takes_up_again_what_one_has_unsubscribed_from(self, client, user):
        index = addresses.index_of(user.email)
        optouts.opt_out(to_index=index, kind="agent_digest", cause=OptOut.Cause.LINK, at=AT)
        optout = OptOut.objects.get()
        assert "Daily digest to agents" in client.get("/accounts/mail/").text

        client.post(f"/accounts/mail/{optout.pk}/resume/")

        optout.refresh_from_db()
        assert optout.ended_by == user

    def test_refuses_the_address_of_somebody_else(self, client, user):
        index = addresses.index_of("ana@example.com")
        optout = optouts.opt_out(to_index=index, kind="", cause=OptOut.Cause.LINK, at=AT)

        client.post(f"/accounts/mail/{optout.pk}/resume/")

        optout.refresh_from_db()
        assert optout.ended_at is None
