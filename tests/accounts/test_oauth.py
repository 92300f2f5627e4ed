import base64
from datetime import UTC, datetime, timedelta

import jwt
import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from agencyhub.accounts import api_keys, oauth
from agencyhub.accounts.services import keys
from agencyhub.lib.errors import DomainError
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
URL = "/oauth/v2/token"
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
HOST = "testserver"


@pytest.fixture(autouse=True)
def _forget():
    api_keys.forget()


def new(**more):
    return api_keys.create_key(name="Carrier", **{"scope": "eoi", **more})


@pytest.fixture(scope="module")
def private_key():
    return rsa.generate_private_key(65537, 2048)


def pem(private_key):
    public = private_key.public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def assertion(key, private_key, *, algorithm="RS256", **more):
    client = oauth.client_id_of(key)
    claims = {
        "iss": client,
        "sub": client,
        "aud": HOST,
        "exp": datetime.now(UTC) + timedelta(minutes=5),
        "jti": "one",
        "scopes": "admin_api_v2",
    }
    return jwt.encode({**claims, **more}, private_key, algorithm=algorithm)


def ask(client, **form):
    return client.post(URL, {"grant_type": "client_credentials", **form})


def ask_signed(client, text, **more):
    sent = {"client_assertion_type": oauth.ASSERTION_TYPE, "client_assertion": text, "code": "x"}
    return ask(client, **{**sent, **more})


class TestTokenCall:
    def test_gives_a_token_for_id_and_secret(self, client):
        made = new()

        answer = ask(client, client_id=oauth.client_id_of(made.key), client_secret=made.raw)

        assert answer.status_code == 200
        told = answer.json()
        assert (told["token_type"], told["expires_in"]) == ("Bearer", 600)
        assert oauth.read_token(told["access_token"], scope="eoi", now=NOW) == made.key
        assert "no-store" in answer["Cache-Control"]

    def test_takes_them_from_the_header(self, client):
        made = new()
        basic = base64.b64encode(f"{oauth.client_id_of(made.key)}:{made.raw}".encode()).decode()

        answer = client.post(
            URL, {"grant_type": "client_credentials"}, headers={"Authorization": f"Basic {basic}"}
        )

        assert answer.status_code == 200

    @pytest.mark.parametrize(
        ("form", "status", "error"),
        [
            ({"grant_type": "password"}, 400, "unsupported_grant_type"),
            ({"scope": "everything"}, 400, "invalid_scope"),
            ({}, 401, "invalid_client"),
            ({"client_id": "eoi-1", "client_secret": "ahk_eoi_wrong"}, 401, "invalid_client"),
        ],
    )
    def test_refuses_in_the_words_of_the_standard(self, client, form, status, error):
        answer = ask(client, **form)

        assert (answer.status_code, answer.json()["error"]) == (status, error)

    def test_refuses_the_secret_of_another_client(self, client):
        one, other = new(), new()

        answer = ask(client, client_id=oauth.client_id_of(one.key), client_secret=other.raw)

        assert answer.status_code == 401

    def test_refuses_a_key_for_something_else(self, client):
        made = new(scope="api")

        answer = ask(client, client_id=oauth.client_id_of(made.key), client_secret=made.raw)

        assert answer.status_code == 401

    def test_lets_who_guesses_wait(self, client):
        for _ in range(30):
            ask(client, client_id="eoi-1", client_secret="x")

        answer = ask(client, client_id="eoi-1", client_secret="x")

        assert answer.status_code == 429
        assert answer["Retry-After"] == "60"

    def test_is_a_post(self, client):
        assert client.get(URL).status_code == 405


class TestSignedAssertions:
    def test_prove_who_asks_once(self, client, private_key):
        made = new(public_key=pem(private_key))
        text = assertion(made.key, private_key)

        assert ask_signed(client, text).status_code == 200
        again = ask_signed(client, text)

        assert again.status_code == 401
        assert "jti" in again.json()["error_description"]

    def test_may_be_signed_with_an_elliptic_curve(self, client):
        curve = ec.generate_private_key(ec.SECP256R1())
        made = new(public_key=pem(curve))

        assert ask_signed(client, assertion(made.key, curve, algorithm="ES256")).status_code == 200

    @pytest.mark.parametrize(
        "claims",
        [
            {"aud": "somebody.example.com"},
            {"exp": datetime(2020, 1, 1, tzinfo=UTC)},
            {"exp": datetime(2099, 1, 1, tzinfo=UTC)},
            {"iss": "eoi-0"},
            {"sub": "eoi-999999"},
            {"sub": "eoi-99999999999999999999"},
        ],
        ids=["for another", "old", "too long", "another issuer", "no such client", "no number"],
    )
    def test_are_refused_when_they_say_something_else(self, client, private_key, claims):
        made = new(public_key=pem(private_key))

        assert ask_signed(client, assertion(made.key, private_key, **claims)).status_code == 401

    def test_are_refused_when_another_key_signed_them(self, client, private_key):
        made = new(public_key=pem(rsa.generate_private_key(65537, 2048)))

        assert ask_signed(client, assertion(made.key, private_key)).status_code == 401

    def test_are_refused_when_the_public_key_served_as_a_secret(self, client, private_key):
        public = pem(private_key)
        made = new(public_key=public)
        head, body, _ = assertion(made.key, private_key).split(".")
        forged = f"{head}.{body}.{'A' * 43}"

        assert ask_signed(client, forged).status_code == 401
        assert ask_signed(client, f"eyJhbGciOiJub25lIn0.{body}.").status_code == 401

    def test_are_refused_for_a_client_that_has_a_secret_only(self, client, private_key):
        made = new()

        assert ask_signed(client, assertion(made.key, private_key)).status_code == 401

    def test_are_refused_under_another_name(self, client, private_key):
        made = new(public_key=pem(private_key))

        answer = ask_signed(client, assertion(made.key, private_key), client_assertion_type="saml")

        assert answer.status_code == 401

    @pytest.mark.parametrize("text", ["", "x", "a.b.c"])
    def test_are_refused_when_unreadable(self, client, text):
        assert ask_signed(client, text).status_code == 401


class TestTokens:
    def test_end_after_ten_minutes(self):
        made = new()
        with time_machine.travel(NOW, tick=False):
            token = oauth.issue(made.key)

        with time_machine.travel(NOW + timedelta(minutes=9, seconds=59), tick=False):
            assert oauth.read_token(token, scope="eoi", now=NOW) == made.key
        with time_machine.travel(NOW + timedelta(minutes=10, seconds=1), tick=False):
            with pytest.raises(oauth.ExpiredTokenError, match="Signature has expired"):
                oauth.read_token(token, scope="eoi", now=NOW)

    def test_end_with_their_key(self):
        made = new()
        token = oauth.issue(made.key)
        api_keys.revoke_key(key_id=made.key.pk, at=NOW)

        with pytest.raises(oauth.InvalidTokenError):
            oauth.read_token(token, scope="eoi", now=NOW)

    @pytest.mark.parametrize("token", ["", "x", "a:b:c"])
    def test_are_ours(self, token):
        with pytest.raises(oauth.InvalidTokenError):
            oauth.read_token(token, scope="eoi", now=NOW)


class TestPublicKeys:
    def test_of_rotated_keys_stay(self, private_key):
        made = new(public_key=pem(private_key))

        after = api_keys.rotate_key(key_id=made.key.pk, at=NOW)

        assert after.key.public_key == pem(private_key)

    @pytest.mark.parametrize(
        "text",
        [
            "x",
            pem(rsa.generate_private_key(65537, 1024)),
            pem(ec.generate_private_key(ec.SECP384R1())),
        ],
        ids=["no key", "short", "another curve"],
    )
    def test_are_checked(self, text):
        with pytest.raises(DomainError) as refusal:
            keys.create_key(
                actor=UserFactory(is_superuser=True),
                name="Carrier",
                scope="eoi",
                user=None,
                expires_at=None,
                public_key=text,
            )

        assert refusal.value.field == "public_key"

    def test_are_for_eoi_only(self, client, private_key):
        client.force_login(UserFactory(is_superuser=True))
        form = {"name": "Carrier", "scope": "api", "public_key": pem(private_key)}

        refused = client.post("/settings/api-keys/new/", form)
        made = client.post("/settings/api-keys/new/", {**form, "scope": "eoi"})

        assert refused.status_code == 422
        assert "Only a key for EOI" in refused.content.decode()
        assert "Client ID" in made.content.decode()
