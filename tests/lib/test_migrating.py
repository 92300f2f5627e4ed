"""What is left out while every migration runs, and that the outcome is the same."""

import pytest
from django.apps import apps
from django.db import models
from django.db.migrations.state import ModelState, ProjectState
from pgtrigger import compiler
from pgtrigger.migrations import AddTrigger, RemoveTrigger

from agencyhub.lib import migrating


def project():
    """A state of one model, rendered."""
    key = models.BigAutoField(primary_key=True)
    state = ProjectState({("shop", "order"): ModelState("shop", "Order", [("id", key)])})
    assert state.apps.get_model("shop.order")
    return state


def trigger():
    return compiler.Trigger(
        name="watch",
        sql=compiler.UpsertTriggerSql(
            func="RETURN NULL;", hash="1", operation="UPDATE", pgid="watch", table="shop_order",
            when="AFTER",
        ),
    )  # fmt: skip


ADD = AddTrigger("order", trigger())
REMOVE = RemoveTrigger("order", "watch")


class TestNothingTwice:
    def test_keeps_rendered_models_where_a_trigger_changes(self):
        state = project()
        rendered = state.apps.get_model("shop.order")

        with migrating.nothing_twice():
            ADD.state_forwards("shop", state)
            added = list(state.models["shop", "order"].options["triggers"])
            REMOVE.state_forwards("shop", state)

        assert added == [ADD.trigger]
        assert state.models["shop", "order"].options["triggers"] == []
        assert state.apps.get_model("shop.order") is rendered

    def test_renders_what_changes_otherwise(self):
        state = project()

        with migrating.nothing_twice():
            ADD.state_forwards("shop", state)
            state.add_field("shop", "order", "paid", models.BooleanField(default=False), True)

        assert state.apps.get_model("shop.order")._meta.get_field("paid")
        assert state.apps.get_model("shop.order")._meta.original_attrs["triggers"] == [ADD.trigger]

    def test_remembers_swappable_models_across_changes(self):
        with migrating.nothing_twice():
            assert apps.get_swappable_settings_name("accounts.User") == "AUTH_USER_MODEL"
            apps.clear_cache()
            assert apps.get_swappable_settings_name("accounts.user") == "AUTH_USER_MODEL"
            assert apps.get_swappable_settings_name("individuals.individual") is None

    def test_leaves_nothing_behind(self):
        before = AddTrigger.state_forwards, RemoveTrigger.state_forwards

        def fail():
            with migrating.nothing_twice():
                assert AddTrigger.state_forwards is not before[0]
                return 1 / 0

        with pytest.raises(ZeroDivisionError):
            fail()

        state = project()
        rendered = state.apps.get_model("shop.order")
        ADD.state_forwards("shop", state)
        assert (AddTrigger.state_forwards, RemoveTrigger.state_forwards) == before
        assert "get_swappable_settings_name" not in vars(apps)
        assert state.apps.get_model("shop.order") is not rendered
