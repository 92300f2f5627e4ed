"""What one could do with a session, a link, a host name or an error, and what limits it."""

import csv
import io

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from agencyhub.accounts import throttle
from agencyhub.accounts.models import AccessEvent, ApiKey
from agencyhub.accounts.services import access, keys
from agencyhub.home.views import search
from tests.factories.accounts import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
NEW_PASSWORD = "quite another long password"
CHANGE = {"old_password": PASSWORD, "new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}


@pytest.fixture
def user():
    return UserFactory(owner=True)


def sign_in(client, user, **more):
    values = {"username": user.username, "password": PASSWORD} | more
    return client.post(reverse("accounts:login"), values)


class TestSessions:
    def test_a_session_known_before_the_sign_in_is_worth_nothing_after_it(self, client, user):
        client.get(reverse("accounts:login"))
        session = client.session
        session["planted"] = True
        session.save()
        before = session.session_key

        sign_in(client, user)

        assert client.session.session_key != before
        thief = Client()
        thief.cookies["sessionid"] = before
        assert thief.get("/").status_code == 302

    def test_a_new_password_ends_every_other_session(self, client, user):
        other = Client()
        for one in (client, other):
            sign_in(one, user)

        client.post(reverse("accounts:password_change"), CHANGE)

        assert client.get("/").status_code == 200
        assert other.get("/").status_code == 302
        assert AccessEvent.objects.get(kind="password_changed").user == user

    def test_signing_out_ends_the_session_at_the_server(self, client, user):
        sign_in(client, user)
        key = client.session.session_key
        client.post(reverse("accounts:logout"))
        client.cookies["sessionid"] = key

        assert client.get("/").status_code == 302

    @pytest.mark.parametrize(
        "to", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
    )
    def test_no_link_leads_from_the_sign_in_to_another_site(self, client, user, to):
        assert sign_in(client, user, next=to)["Location"] == "/"

    @pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example"])
    def test_nor_from_the_choice_of_a_language(self, client, to):
        answer = client.post(reverse("set_language"), {"language": "es", "next": to})

        assert "evil.example" not in answer.headers.get("Location", "")

    def test_nobody_makes_themselves_more_through_their_profile(self, client):
        user = UserFactory()
        client.force_login(user)
        values = {
            "first_name": "Uma",
            "last_name": "User",
            "email": user.email,
            "theme": "dark",
            "time_zone": "America/Chicago",
            "language": "en-us",
            "is_superuser": "on",
            "is_staff": "on",
            "groups": "1",
            "user_permissions": "1",
        }

        client.post(reverse("accounts:profile"), values)

        user.refresh_from_db()
        assert (user.theme, user.is_superuser, user.is_staff) == ("dark", False, False)
        assert not user.groups.exists()


class TestLimits:
    def test_of_mails_with_a_link_that_one_visitor_asks_for(self, client, mailoutbox):
        url = reverse("accounts:password_reset")
        for number in range(throttle.RESETS_OF_ONE_VISITOR):
            client.post(url, {"email": f"nobody{number}@example.com"})

        answer = client.post(url, {"email": "nobody@example.com"})

        assert "Too many attempts" in answer.content.decode()

    def test_of_mails_to_one_address_without_a_word_about_it(self, client, user, mailoutbox):
        url = reverse("accounts:password_reset")
        answers = [client.post(url, {"email": user.email}) for _ in range(7)]

        assert len(mailoutbox) == throttle.RESETS_TO_ONE_ADDRESS
        assert {one["Location"] for one in answers} == {reverse("accounts:password_reset_done")}

    def test_of_guesses_at_the_old_password(self, client, user):
        client.force_login(user)
        url = reverse("accounts:password_change")
        for _ in range(throttle.WRONG_OLD_PASSWORDS):
            client.post(url, CHANGE | {"old_password": "wrong"})

        client.post(url, CHANGE)

        user.refresh_from_db()
        assert user.check_password(PASSWORD)

    def test_of_made_up_invitations(self, client):
        url = reverse("accounts:invitation_accept", args=["made-up"])
        answers = [client.get(url).status_code for _ in range(throttle.WRONG_LINKS + 1)]

        assert (answers[0], answers[-1]) == (404, 429)

    def test_of_searches(self, client, user, monkeypatch):
        monkeypatch.setattr(search.throttle, "SEARCHES_A_MINUTE", 1)
        client.force_login(user)
        url = reverse("home:search")

        answers = [client.post(url, {"q": "zz"}) for _ in range(2)]

        assert [one.status_code for one in answers] == [200, 429]
        assert answers[1]["Retry-After"] == "60"


class TestLog:
    def test_has_keys_that_were_made_rotated_and_revoked(self, client, user):
        client.force_login(user)
        new = keys.create_key(
            actor=user, name="Nightly", scope=ApiKey.Scope.API, user=None, expires_at=None
        )
        client.post(reverse("accounts:apikey_rotate", args=[new.key.pk]))
        client.post(reverse("accounts:apikey_revoke", args=[new.key.pk]))

        found = AccessEvent.objects.filter(kind__startswith="key_").order_by("pk")
        assert [one.kind for one in found] == ["key_created", "key_rotated", "key_revoked"]
        assert {one.actor for one in found} == {user}
        assert all(new.raw not in one.detail for one in found)

    def test_has_passwords_that_were_set_by_mail(self, client, user, mailoutbox):
        client.post(reverse("accounts:password_reset"), {"email": user.email})
        link = next(word for word in mailoutbox[0].body.split() if word.startswith("http"))
        form = client.get(link, follow=True)
        values = {"new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}

        client.post(form.redirect_chain[-1][0], values)

        assert AccessEvent.objects.get(kind="password_reset").user == user
        assert client.get(link, follow=True).context["validlink"] is False

    def test_is_changed_and_shortened_by_nobody(self, user):
        access.note(AccessEvent.Kind.REFUSED, user=user)
        with pytest.raises(DatabaseError), transaction.atomic():
            AccessEvent.objects.update(detail="nothing happened")
        with pytest.raises(DatabaseError), transaction.atomic():
            AccessEvent.objects.all().delete()

        assert AccessEvent.objects.get().detail == ""

    def test_is_downloaded_as_it_is_filtered(self, client, user):
        access.note(AccessEvent.Kind.ROLE_CHANGED, actor=user, detail="=1+1")
        access.note(AccessEvent.Kind.REFUSED, user=user)
        client.force_login(user)

        answer = client.get(reverse("accounts:accessevent_export"), {"kind": "role_changed"})

        rows = [*csv.DictReader(io.StringIO(answer.getvalue().decode()))]
        assert [(row["kind"], row["by"], row["detail"]) for row in rows] == [
            ("role_changed", user.username, "'=1+1")
        ]
        assert answer["Content-Disposition"] == 'attachment; filename="sign-ins.csv"'

    def test_is_shown_and_downloaded_for_days(self, client, user):
        access.note(AccessEvent.Kind.REFUSED, user=user)
        client.force_login(user)
        ended = {"until": "2020-01-01"}

        page = client.get(reverse("accounts:accessevent_list"), ended)
        file = client.get(reverse("accounts:accessevent_export"), ended)

        assert page.context["page"].rows == []
        assert len(file.getvalue().splitlines()) == 1

    def test_is_downloaded_by_owners_only(self, client):
        client.force_login(UserFactory(may=["accounts.view_user"]))

        assert client.get(reverse("accounts:accessevent_export")).status_code == 403


class TestAnswers:
    def test_another_host_name_is_refused(self, client):
        assert client.get("/accounts/login/", headers={"host": "evil.example"}).status_code == 400

    def test_an_error_says_nothing_of_what_went_wrong(self, client, user, monkeypatch):
        def fail(*_args, **_options):
            raise ValueError("Ana Lopez 1EG4TE5MK73")

        monkeypatch.setattr(search.engine, "start", fail)
        client.force_login(user)
        client.raise_request_exception = False

        answer = client.get(reverse("home:search"))

        assert answer.status_code == 500
        text = answer.content.decode()
        assert not any(word in text for word in ("Lopez", "1EG4TE5MK73", "ValueError", "Traceback"))

    def test_a_page_that_is_not_there_says_no_address_of_ours(self, client, user):
        client.force_login(user)

        text = client.get("/nothing-here/<script>alert(1)</script>/").content.decode()

        assert "<script>alert" not in text
        assert "urlpatterns" not in text
