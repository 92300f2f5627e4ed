"""How strong a password is, said while one chooses it; and the button that shows it."""

import ast
import inspect
import re

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from hypothesis import given, settings
from hypothesis import strategies as st
from zxcvbn import feedback

from agencyhub.accounts import strength, throttle
from agencyhub.accounts.models import Invitation, User
from agencyhub.accounts.services import invitations
from tests.accounts.codes import set_up
from tests.factories.accounts import UserFactory

URL = "/accounts/password/strength/"
UMA = User(username="umber", email="uma@example.com", first_name="Uma", last_name="Umbrella")
BOX = re.compile(r'<div class="input-group password-box".*?</button></div>', re.DOTALL)


class TestGrade:
    @pytest.mark.parametrize(
        ("password", "score", "words", "advice"),
        [
            ("password", 0, "very weak", "This password is too short."),
            ("eleven char", 1, "weak", "This password is too short."),
            ("password1234", 1, "weak", "This password is too common."),
            ("384756102938", 1, "weak", "This password is entirely numeric."),
            ("umbrella qzjv", 1, "weak", "too similar to the last name"),
            ("aaaaaaaaaaaaaa", 0, "very weak", "Repeated letters and words"),
            ("vier Wörter mit Leerzeichen", 4, "strong", ""),
            ("correct horse battery staple", 4, "strong", ""),
        ],
    )
    def test_says_how_strong_and_what_to_do(self, password, score, words, advice):
        found = strength.grade(password, user=UMA)

        assert (found.score, found.words) == (score, words)
        assert advice in str(found.advice)
        assert bool(advice) == bool(found.advice)

    def test_counts_ones_own_names_as_guessed(self):
        stranger = strength.grade("umber zq uma", user=User(username="somebody"))

        assert strength.grade("umber zq uma", user=UMA).score < stranger.score

    def test_keeps_nothing_of_the_one_before(self):
        before = strength.grade("umber zq uma", user=User(username="somebody"))
        strength.grade("umber zq uma", user=UMA)

        assert strength.grade("umber zq uma", user=User(username="somebody")) == before

    def test_of_nothing_is_none(self):
        assert strength.grade("", user=UMA) is None

    @settings(max_examples=60, deadline=None)
    @given(st.text(min_size=1, max_size=200))
    def test_takes_whatever_people_type(self, password):
        found = strength.grade(password, user=UMA)

        assert 0 <= found.score <= 4
        assert found.words == strength.WORDS[found.score]

    def test_knows_everything_that_the_estimate_says(self):
        tree = ast.parse(inspect.getsource(feedback))
        said = {
            one.args[0].value
            for one in ast.walk(tree)
            if isinstance(one, ast.Call) and getattr(one.func, "id", "") == "_"
        }

        assert said - strength.ADVICE.keys() == set()
        assert len(said) > 20


@pytest.mark.django_db
class TestFragment:
    def test_has_a_meter_and_the_same_in_words(self):
        text = Client().post(URL, {"new_password1": "correct horse battery staple"}).text

        assert re.search(r'<meter[^>]*value="4"[^>]*aria-hidden="true"', text)
        assert "<strong>strong</strong>" in text

    @pytest.mark.parametrize("name", ["new_password1", "password1", "password"])
    def test_reads_the_box_of_every_form_and_never_repeats_it(self, name):
        text = Client().post(URL, {name: "umbrella stand 77"}).text

        assert "<meter" in text
        assert "umbrella" not in text

    def test_is_in_the_language_of_the_page(self, client):
        with translation.override("es"):
            expected = str(strength.WORDS[4])
        client.force_login(UserFactory(language="es"))

        text = client.post(URL, {"password": "correct horse battery staple"}).text

        assert f"<strong>{expected}</strong>" in text

    def test_knows_who_is_signed_in_and_whom_a_form_names(self, client):
        me = UserFactory(username="umber.umbrella")
        named = {"password1": "umber.umbrella", "username": "umber.umbrella"}
        words = "too similar to the username"

        assert words in Client().post(URL, named).text
        assert words not in Client().post(URL, {"password1": "umber.umbrella"}).text
        client.force_login(me)
        assert words in client.post(URL, {"new_password1": "umber.umbrella"}).text

    def test_is_blank_when_nothing_is_typed(self):
        assert Client().post(URL, {"password": ""}).text.strip() == ""

    def test_is_asked_by_post_alone_and_with_the_token_of_a_form(self):
        assert Client().get(URL).status_code == 405
        strict = Client(enforce_csrf_checks=True)
        assert strict.post(URL, {"password": "x"}).status_code == 403

    def test_stops_for_a_minute_when_asked_too_often(self, monkeypatch):
        monkeypatch.setattr(throttle, "STRENGTHS_A_MINUTE", 1)

        first, second = (Client().post(URL, {"password": "abc"}) for _each in range(2))

        assert "<meter" in first.text
        assert (second.status_code, "<meter" in second.text) == (200, False)
        assert "The strength is not looked at just now" in second.text

    def test_leaves_no_trace_in_the_log(self, caplog):
        with caplog.at_level("DEBUG"):
            Client().post(URL, {"password": "never to be seen"})

        assert "never to be seen" not in caplog.text


@pytest.mark.django_db
class TestForms:
    @pytest.fixture
    def pages(self, client):
        """Every page that has a box for a password, and how many are graded on it."""
        owner = UserFactory(owner=True)
        set_up(owner)
        client.force_login(owner)
        uid = urlsafe_base64_encode(force_bytes(owner.pk))
        link = [uid, default_token_generator.make_token(owner)]
        invited = invitation(owner)
        return {
            "sign-in": (Client().get("/accounts/login/"), 1, 0),
            "change": (client.get(reverse("accounts:password_change")), 3, 1),
            "reset": (
                Client().get(reverse("accounts:password_reset_confirm", args=link), follow=True),
                *(2, 1),
            ),
            "invitation": (
                Client().get(reverse("accounts:invitation_accept", args=[invited])),
                *(2, 1),
            ),
            "new user": (client.get(reverse("accounts:user_create")), 1, 1),
            "user": (client.get(reverse("accounts:user_edit", args=[owner.pk])), 1, 1),
            "second factor": (client.get(reverse("accounts:second_factor")), 1, 0),
        }

    def test_show_what_is_typed_and_grade_what_is_new(self, pages):
        found = {}
        for name, (page, *_counts) in pages.items():
            boxes = BOX.findall(page.text)
            assert page.text.count('type="password"') == len(boxes), name
            assert page.text.count("js/password.js") == 1, name
            assert all('aria-pressed="false"' in one for one in boxes), name
            graded = [one for one in boxes if f'hx-post="{URL}"' in one]
            assert all('autocomplete="new-password"' in one for one in graded), name
            assert page.text.count('data-strength role="status"') == len(graded), name
            found[name] = (len(boxes), len(graded))

        assert found == {name: tuple(counts) for name, (_page, *counts) in pages.items()}

    def test_send_the_new_password_and_names_and_nothing_else(self, pages):
        for page, *_counts in pages.values():
            for asked in re.findall(r'hx-params="([^"]*)"', page.text):
                names = asked.split(",")
                assert "old_password" not in names
                assert set(names) - {"csrfmiddlewaretoken", "username", "email"} <= {
                    *("first_name", "last_name", "new_password1", "password1", "password")
                }

    def test_have_no_script_or_style_inline(self, pages):
        for page, *_counts in pages.values():
            assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=", page.text)


def invitation(owner) -> str:
    """The token of an open one."""
    invitations.invite(
        actor=owner, email="new@example.com", given=[], agent=None, language="en-us",
        at=timezone.now(), send=lambda _invitation: None,
    )  # fmt: skip
    return invitations.token_of(Invitation.objects.get())
