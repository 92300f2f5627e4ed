"""Mail to people whose password, second factor or address was changed."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from agencyhub.accounts.models import AccessEvent, RecoveryCode, SecondFactor
from agencyhub.accounts.services import access, factors
from agencyhub.lib.visitors import Visit
from agencyhub.mailing import addresses, tasks
from agencyhub.mailing.models import OptOut, OutgoingMail
from agencyhub.mailing.services import notices, optouts
from tests.accounts.codes import code_at
from tests.factories.accounts import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
NEW = "quite another long password"
TWICE = {"new_password1": NEW, "new_password2": NEW}


@pytest.fixture
def user():
    return UserFactory(first_name="Uma", last_name="Umber", email="uma@example.com")


@pytest.fixture
def owner():
    return UserFactory(owner=True, first_name="Olga", last_name="Owner")


def told():
    """Every mail that the sender's next round brings, to whom and about what."""
    mail.outbox.clear()
    tasks.send_mail_due()
    return [(one.to[0], one.subject.removeprefix("AgencyHub: ")) for one in mail.outbox]


class TestEveryWay:
    def test_changing_ones_own_password(self, client, user):
        client.force_login(user)
        url = reverse("accounts:password_change")

        client.post(url, {"old_password": PASSWORD, **TWICE})

        assert told() == [(user.email, "Your password was changed")]
        assert told() == []

    def test_the_administration_has_no_way_of_its_own_to_change_it(self, client, owner):
        client.force_login(owner)

        answer = client.post(reverse("admin:password_change"), {"old_password": PASSWORD, **TWICE})

        owner.refresh_from_db()
        assert (answer.status_code, answer.url) == (302, reverse("accounts:password_change"))
        assert owner.check_password(PASSWORD)

    def test_a_refused_change_tells_nobody(self, client, user):
        client.force_login(user)

        client.post(reverse("accounts:password_change"), {"old_password": "wrong", **TWICE})

        assert told() == []

    def test_a_link_by_mail(self, client, user):
        client.post(reverse("accounts:password_reset"), {"email": user.email})
        link = next(word for word in mail.outbox[0].body.split() if word.startswith("http"))
        form = client.get(link, follow=True)

        client.post(form.redirect_chain[-1][0], TWICE)

        assert told() == [(user.email, "Your password was reset")]

    def test_an_administrator_who_sets_one(self, client, user, owner):
        client.force_login(owner)
        values = {
            "username": user.username, "email": user.email, "language": "en-us",
            "time_zone": "America/New_York", "password": NEW,
        }  # fmt: skip

        client.post(reverse("accounts:user_edit", args=[user.pk]), values)

        user.refresh_from_db()
        assert user.check_password(NEW)
        assert told() == [(user.email, "Somebody set a new password for you")]
        assert "It was done by Olga Owner." in mail.outbox[0].body

    def test_a_first_password_is_no_news(self, client, owner):
        client.force_login(owner)
        values = {
            "username": "newcomer", "email": "new@example.com", "language": "en-us",
            "time_zone": "America/New_York", "password": NEW,
        }  # fmt: skip

        client.post(reverse("accounts:user_create"), values)

        assert told() == []

    @pytest.mark.parametrize("door", ["settings", "admin"])
    def test_a_new_address_is_told_to_the_old_one(self, client, user, owner, door):
        client.force_login(owner)
        values = {
            "username": user.username, "first_name": "Uma", "last_name": "Umber",
            "email": "thief@example.com", "language": "en-us",
            "time_zone": "America/New_York", "theme": "auto",
        }  # fmt: skip
        name = "accounts:user_edit" if door == "settings" else "admin:accounts_user_change"

        client.post(reverse(name, args=[user.pk]), values)

        user.refresh_from_db()
        assert user.email == "thief@example.com"
        assert told() == [("uma@example.com", "Your email address was changed")]
        assert "Choose a new password" not in mail.outbox[0].body

    def test_setting_a_second_factor_up_renewing_its_codes_and_removing_it(self, user):
        at, visit = timezone.now(), Visit("203.0.113.7", "Firefox on Linux")
        factors.begin(user=user)

        factors.confirm(user=user, code=code_at(user, at), at=at, visit=visit)
        (added,) = told()
        factors.renew_codes(user=user, visit=visit)
        (renewed,) = told()
        later = at + timedelta(minutes=1)
        factors.remove(user=user, code=code_at(user, later), at=later, visit=visit)
        (removed,) = told()

        assert (added, renewed, removed) == (
            (user.email, "A second factor was set up"),
            (user.email, "You have new recovery codes"),
            (user.email, "Your second factor was removed"),
        )

    def test_an_administrator_who_resets_the_factor(self, client, user, owner):
        SecondFactor.objects.create(user=user, name="x", confirmed=True, secret="x")
        client.force_login(owner)

        client.post(reverse("accounts:user_reset_second_factor", args=[user.pk]))

        assert told() == [(user.email, "Your second factor was removed")]

    def test_nothing_else_of_the_log(self, user):
        for kind in set(AccessEvent.Kind) - set(AccessEvent.TOLD):
            access.note(kind, user=user)

        assert told() == []


class TestLetter:
    def test_says_when_from_where_and_what_to_do_and_holds_no_secret(self, user):
        at = timezone.now()
        set_up = factors.begin(user=user)
        codes = factors.confirm(
            user=user,
            code=code_at(user, at),
            at=at,
            visit=Visit("203.0.113.7", "Firefox on Linux"),
        )
        told()

        (sent,) = OutgoingMail.objects.all()

        for text in (sent.text, sent.html):
            assert "Uma Umber" in text
            assert "Firefox on Linux, 203.0.113.7" in text
            assert "choose a new password, sign out everywhere else" in text
            assert "/accounts/password/reset/" in text
            assert "/accounts/sessions/" in text
            secrets = (set_up.key, set_up.spaced_key, *codes, user.password)
            assert not [one for one in secrets if one in text]
        assert RecoveryCode.objects.filter(user=user).count() == len(codes)

    def test_is_in_the_language_of_its_reader(self, user):
        user.language = "es"
        user.save()
        access.note(AccessEvent.Kind.PASSWORD_CHANGED, user=user)

        told()

        sent = OutgoingMail.objects.get()
        assert (sent.language, '<html lang="es">' in sent.html) == ("es", True)


class TestWriteDue:
    def test_says_so_though_the_reader_opted_out_of_all_mail(self, user):
        index = addresses.index_of(user.email)
        optouts.opt_out(to_index=index, kind="", cause=OptOut.Cause.LINK, at=timezone.now())
        access.note(AccessEvent.Kind.PASSWORD_CHANGED, user=user)

        assert told() == [(user.email, "Your password was changed")]
        assert "List-Unsubscribe" not in mail.outbox[0].extra_headers

    def test_calls_no_address_that_the_mail_server_refused(self, user):
        index = addresses.index_of(user.email)
        optouts.opt_out(to_index=index, kind="", cause=OptOut.Cause.REFUSED, at=timezone.now())
        access.note(AccessEvent.Kind.PASSWORD_CHANGED, user=user)

        assert told() == []
        assert OutgoingMail.objects.get().reason == "dead_address"

    def test_tells_two_changes_of_one_moment_apart(self, user):
        for _each in range(2):
            access.note(AccessEvent.Kind.PASSWORD_CHANGED, user=user)

        assert len(told()) == 2

    def test_leaves_out_whom_no_mail_reaches_and_what_is_old(self, user):
        access.note(AccessEvent.Kind.PASSWORD_CHANGED, user=UserFactory(email=""))
        access.note(AccessEvent.Kind.PASSWORD_CHANGED, user=user)

        assert notices.write_due(at=timezone.now() + timedelta(days=1, hours=1)) == []
        assert len(notices.write_due(at=timezone.now())) == 1
