"""Values from outside that the agency's lists do not know, and the spellings it has learnt."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce, Lower, NullIf
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.models import Agent
from agencyhub.lib.db import NameKey

MAX_TEXT = 160


def value_key(expression: Any) -> Coalesce:
    """What two spellings of one value have in common; text of nothing but marks stays itself."""
    return Coalesce(NullIf(NameKey(expression), models.Value("")), Lower(expression))


class Spelling(models.Model):
    """Another way in which files and partners write something."""

    text = models.CharField(max_length=MAX_TEXT)
    key = models.GeneratedField(
        expression=value_key("text"), output_field=models.CharField(), db_persist=True
    )

    class Meta:
        abstract = True


class OptionAlias(Spelling):
    """Another spelling of an option."""

    option = models.ForeignKey("records.Option", on_delete=models.CASCADE, related_name="aliases")
    list = models.CharField(max_length=20)

    class Meta:
        verbose_name_plural = _("option aliases")
        constraints = [
            models.UniqueConstraint("list", "key", name="option_alias_is_unique_in_its_list")
        ]

    def __str__(self) -> str:
        return f"option alias {self.pk}"


class AgentAlias(Spelling):
    """Another spelling of an agent's name."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name_plural = _("agent aliases")
        constraints = [models.UniqueConstraint("key", name="agent_alias_is_unique")]

    def __str__(self) -> str:
        return f"agent alias {self.pk}"


class UnknownValue(Spelling):
    """A text that stands where one of a list belongs; somebody maps it, adds it or ignores it.

    ``kind`` names an entry of ``records.kinds``. ``within_id`` is the record that the list belongs
    to (a carrier product's carrier), 0 where there is one list. ``target_id`` is what it means.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        MAPPED = "mapped", _("Mapped")
        ADDED = "added", _("Added")
        IGNORED = "ignored", _("Ignored")

    kind = models.CharField(max_length=24)
    within_id = models.BigIntegerField(default=0)
    state = models.CharField(max_length=7, choices=State.choices, default=State.OPEN)
    target_id = models.BigIntegerField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    first_seen_at = models.DateTimeField(auto_now_add=True)
    last_seen_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "kind", "within_id", "key", name="unknown_value_is_asked_about_once"
            )
        ]
        indexes = [
            models.Index("kind", "id", name="unknown_value_open", condition=Q(state="open")),
            models.Index(
                "decided_at", name="unknown_value_decided", condition=Q(decided_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"unknown value {self.pk}"


class ValueMention(models.Model):
    """Where an unknown value was met: a file, a feed, a script; how often, and a few places.

    ``source`` identifies the reading ("import:42"). Reading the same again says the same count.
    ``examples`` are pairs of words and address.
    """

    value = models.ForeignKey(UnknownValue, on_delete=models.CASCADE, related_name="mentions")
    source = models.CharField(max_length=60)
    label = models.CharField(max_length=120)
    url = models.CharField(max_length=200, blank=True)
    times = models.BigIntegerField()
    examples = models.JSONField(default=list)
    first_seen_at = models.DateTimeField(auto_now_add=True)
    last_seen_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("value", "source", name="value_is_counted_once_per_source")
        ]
        indexes = [models.Index("source", name="value_mention_source")]

    def __str__(self) -> str:
        return f"mention {self.pk}"
