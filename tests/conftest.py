"""Fixtures for all tests."""

import gc
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase

from integrations.plancompare import active
from tests import flushing, templates


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name bytes by their argument: a packed file holds the time, and workers compare names."""
    return argname if isinstance(val, bytes) else None


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """What is collected stays until the end: looking there for garbage takes half a second a time.

    Nor is any looked for meanwhile, which is a fifth of collecting.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.fixture(scope="session")
def migrated(django_db_blocker: Any) -> str:
    """The name of a database to copy that the migrations have run in."""
    with django_db_blocker.unblock():
        return templates.migrated()


@pytest.fixture(scope="session")
def demo(migrated: str) -> str:
    """The name of a database to copy that the demo is in."""
    return templates.demo()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, migrated: str
) -> None:
    """Every worker's database begins as a copy, in which no migration is left to look for."""
    connection.settings_dict["TEST"] |= {"TEMPLATE": migrated, "MIGRATE": False}


@pytest.fixture(scope="session", autouse=True)
def _quick_flush() -> Iterator[None]:
    """After real transactions, empty what was filled and nothing else."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: flushing.empty())
        yield


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Leave nothing in the cache for the next test."""
    yield
    cache.clear()
    active.forget()


@pytest.fixture
def default_options(transactional_db: None) -> None:
    """The option lists of a new account, which tests with real transactions empty behind them."""
    migration = import_module("agencyhub.records.migrations.0003_default_options")
    migration.add_default_options(apps, None)
