"""One row of every kind that the factories can make, with a secret that is known in every field
that keeps one: sealed values, digests and passwords."""

import base64
import hashlib
import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from django.apps import apps
from django.contrib.auth.models import AbstractBaseUser
from django.db import models
from factory import SubFactory
from factory.django import DjangoModelFactory

from agencyhub.accounts.models import ApiKey, RecoveryCode, SecondFactor, User
from agencyhub.lib.fields import SealedTextField
from agencyhub.lib.mbi import read_mbi
from agencyhub.lib.ssn import read_ssn
from integrations.comtrack.models import Connection as ComTrack
from integrations.models import InboundMessage
from integrations.noyo.models import Credentials as NoyoCredentials
from integrations.noyo.models import UnitLink
from integrations.premier.models import Credentials as PremierCredentials
from integrations.premier.models import Feed
from tests import factories
from tests.factories.accounts import UserFactory
from tests.security.addresses import VALUES

PK = 987001
"""The key of every row, but for those of which there is one at most."""
MBIS = (f"4EG{number % 10}TE5MK{number}" for number in count(21))
SSNS = (f"41299{number:04d}" for number in count(7001))
HASHED = {(ApiKey, "digest"), (RecoveryCode, "digest")}
MBI_LENGTH, SSN_LENGTH = 11, 9
OF_ITS_OWN: dict[type[models.Model], dict[str, Any]] = {
    InboundMessage: {"public_id": VALUES["uuid"]},
}
LEFT_OUT = {UnitLink, NoyoCredentials}
"""One keeps nothing and wants to be told what it is for; the other comes with its account."""
PART = 20
"""Bytes of a digest or of sealed bytes that are enough to know them again."""


@dataclass
class World:
    """The rows by model, and each secret with the field that keeps it."""

    owner: User
    rows: dict[type[models.Model], models.Model] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    """The fields by their secrets, in every spelling in which one could meet them."""

    def found_in(self, text: str) -> set[str]:
        """The fields whose secrets a text holds."""
        return {named for secret, named in self.secrets.items() if secret in text}


def keeping() -> Iterator[tuple[type[models.Model], models.Field[Any, Any]]]:
    """Every field of the product that keeps a secret."""
    for model in apps.get_models():
        for one in model._meta.concrete_fields:
            is_password = one.name == "password" and issubclass(model, AbstractBaseUser)
            if isinstance(one, SealedTextField) or is_password or (model, one.name) in HASHED:
                yield model, one


def build() -> World:
    """Make the rows and tell the secrets."""
    owner = UserFactory(owner=True, pk=PK, email="owner@example.com")
    world = World(owner, {User: owner})
    for model, maker in _makers().items():
        _make(world, model, maker)
    _make_what_has_no_factory(world)
    for model, one in keeping():
        for secret in _plant(world.rows[model], one):
            world.secrets[secret] = f"{model._meta.label}.{one.name}"
    world.owner.refresh_from_db()
    return world


def _makers() -> dict[type[models.Model], type[DjangoModelFactory[Any]]]:
    """The factory of each model: the first that its module names."""
    found: dict[type[models.Model], type[DjangoModelFactory[Any]]] = {}
    for module in pkgutil.iter_modules(factories.__path__):
        names = vars(importlib.import_module(f"{factories.__name__}.{module.name}"))
        for one in names.values():
            is_maker = isinstance(one, type) and issubclass(one, DjangoModelFactory)
            is_made = is_maker and not one._meta.abstract and one._meta.model not in LEFT_OUT
            if is_made:
                found.setdefault(one._meta.model, one)
    return found


def _make(world: World, model: type[models.Model], maker: Any) -> models.Model:
    """Make a row; what it is made of are the rows that are here already, so that all fit."""
    if model in world.rows:
        return world.rows[model]
    makers, given = _makers(), dict(OF_ITS_OWN.get(model, {}))
    for name, declared in maker._meta.declarations.items():
        if isinstance(declared, SubFactory):
            of = declared.get_factory()._meta.model
            given[name] = _make(world, of, makers[of])
    has_key = "pk" in maker._meta.declarations
    world.rows[model] = maker(**({} if has_key else {"pk": PK}), **given)
    return world.rows[model]


def _make_what_has_no_factory(world: World) -> None:
    owner, rows = world.owner, world.rows
    rows[ComTrack] = ComTrack.objects.create(pk=1, address="https://comtrack.example.com/")
    rows[NoyoCredentials] = NoyoCredentials.objects.get()
    place = "https://status.example.com/"
    rows[PremierCredentials] = PremierCredentials.objects.create(
        pk=PK, feed=rows[Feed], place=place
    )
    rows[SecondFactor] = SecondFactor.objects.create(pk=PK, user=owner, name="x", confirmed=True)
    rows[RecoveryCode] = RecoveryCode.objects.create(pk=PK, user=owner, digest=b"")
    rows[ApiKey] = ApiKey.objects.create(
        pk=PK, name="Nightly", scope=ApiKey.Scope.API, prefix="ahk_api_made", digest=b"", user=owner
    )


def _plant(row: models.Model, one: models.Field[Any, Any]) -> Iterator[str]:
    """Put a secret into a field, and tell its spellings."""
    secret = _secret(row, one)
    stored: Any = secret
    if (type(row), one.name) in HASHED:
        stored = hashlib.sha256(secret.encode()).digest()
    if isinstance(one, SealedTextField):
        stored = one.seal(secret)
    rows = type(row)._base_manager.filter(pk=row.pk)
    rows.update(**{one.name: stored})
    yield from _spellings(secret)
    kept = getattr(stored, "data", stored)
    if isinstance(kept, bytes):
        yield kept[:PART].hex()
        yield base64.b64encode(kept)[:PART].decode()


def _secret(row: models.Model, one: models.Field[Any, Any]) -> str:
    if one.name == "mbi":
        return read_mbi(next(MBIS)).full
    if one.name == "ssn":
        return read_ssn(next(SSNS))
    if one.name == "password":
        return f"argon2$made-up${row._meta.label}"
    return f"secret-of-{row._meta.label_lower}-{one.name}"


def _spellings(secret: str) -> Iterator[str]:
    """As it is, and as people write a number of Medicare or of Social Security."""
    yield secret
    if len(secret) == MBI_LENGTH:
        yield f"{secret[:4]}-{secret[4:7]}-{secret[7:]}"
    if len(secret) == SSN_LENGTH:
        yield f"{secret[:3]}-{secret[3:5]}-{secret[5:]}"
