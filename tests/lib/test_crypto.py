"""Sealing: only the right key, purpose and bytes open; nothing shows by accident."""

import base64

import pytest
from django.conf import settings as configured
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from agencyhub.lib import crypto
from agencyhub.lib.crypto import KeyRing, UnreadableSecretError
from agencyhub.lib.fields import MASK
from individuals.models import Individual, SalesRecord


def _text(letter: str) -> str:
    return base64.urlsafe_b64encode(letter.encode() * 32).decode().rstrip("=")


RING = KeyRing.from_texts([_text("a")])


class TestKeyRing:
    @given(st.binary())
    def test_opens_what_it_sealed(self, plain):
        assert RING.open(RING.seal(plain, purpose="t.c"), purpose="t.c") == plain

    @given(st.binary(max_size=20), st.integers(0, 200), st.integers(1, 255))
    def test_refuses_altered_bytes(self, plain, place, change):
        sealed = bytearray(RING.seal(plain, purpose="t.c"))
        sealed[place % len(sealed)] ^= change

        with pytest.raises(UnreadableSecretError):
            RING.open(bytes(sealed), purpose="t.c")

    def test_refuses_another_column(self):
        with pytest.raises(UnreadableSecretError):
            RING.open(RING.seal(b"x", purpose="t.c"), purpose="t.d")

    def test_refuses_another_key(self):
        with pytest.raises(UnreadableSecretError):
            KeyRing.from_texts([_text("b")]).open(RING.seal(b"x", purpose="t"), purpose="t")

    def test_opens_old_keys_and_seals_with_the_newest(self):
        ring = KeyRing.from_texts([_text("b"), _text("a")])

        assert ring.open(RING.seal(b"x", purpose="t"), purpose="t") == b"x"
        assert not ring.is_current(RING.seal(b"x", purpose="t"))
        assert ring.is_current(ring.seal(b"x", purpose="t"))

    @pytest.mark.parametrize("text", ["", "short", "!" * 43, _text("a") + "AAAA"])
    def test_refuses_a_bad_key(self, text):
        with pytest.raises(ValueError, match="key"):
            KeyRing.from_texts([text])


class TestBlindIndex:
    def test_is_equal_for_equal_values_of_one_purpose_only(self):
        index = crypto.blind_index("1EG4TE5MK73", purpose="mbi")

        assert index == crypto.blind_index("1EG4TE5MK73", purpose="mbi")
        assert index != crypto.blind_index("1EG4TE5MK73", purpose="ssn")
        assert index != crypto.blind_index("1EG4TE5MK72", purpose="mbi")

    def test_depends_on_its_key(self, settings):
        index = crypto.blind_index("1EG4TE5MK73", purpose="mbi")
        settings.BLIND_INDEX_KEY = _text("z")

        assert index != crypto.blind_index("1EG4TE5MK73", purpose="mbi")
        assert _text("z") == configured.BLIND_INDEX_KEY


class TestSealed:
    def test_shows_a_mask_wherever_it_is_printed(self):
        sealed = Individual._meta.get_field("mbi").seal("1EG4TE5MK73")

        shown = Template("{{ mbi }}").render(Context({"mbi": sealed}))

        assert str(sealed) == repr(sealed) == f"{sealed}" == shown == MASK
        assert sealed.reveal() == "1EG4TE5MK73"

    def test_does_not_open_in_another_table(self):
        field, other = Individual._meta.get_field("mbi"), SalesRecord._meta.get_field("mbi")
        moved = other.from_db_value(field.seal("1EG4TE5MK73").data, None, None)

        with pytest.raises(UnreadableSecretError):
            moved.reveal()
