"""The API's agents. Who logs in as an agent is settled on the screens."""

from collections.abc import Mapping
from typing import Any

import django_filters
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from rest_framework import serializers

from agencyhub.accounts.forms.agents import AgentForm
from agencyhub.accounts.models import Agent, User
from agencyhub.accounts.services import agents
from agencyhub.lib.api.schema import record_schema
from agencyhub.records.api.serializers import RecordSerializer
from agencyhub.records.api.viewsets import RecordViewSet


class AgentSerializer(RecordSerializer):
    """An agent; ``user`` is who logs in as them."""

    npn = serializers.CharField(required=False, allow_blank=True, max_length=10)
    phone = serializers.CharField(required=False, allow_blank=True, max_length=40)

    class Meta:
        model = Agent
        fields = (
            "id", "page", "first_name", "last_name", "npn", "email", "phone", "user", "is_active",
        )  # fmt: skip
        read_only_fields = ("user",)


class AgentFilters(django_filters.FilterSet):
    """Agents by license."""

    class Meta:
        model = Agent
        fields = ("npn", "is_active")


@record_schema(one="an agent", many="agents", shown=AgentSerializer)
class AgentViewSet(RecordViewSet):
    """Who sells."""

    model = Agent
    noun = "an agent"
    serializer_class = AgentSerializer
    filterset_class = AgentFilters

    def rows(self, user: User) -> QuerySet[Agent]:
        """Every agent."""
        return Agent.objects.all()

    def form_for(self, record: Model, data: Any, values: Mapping[str, Any]) -> ModelForm:
        """The form of the agent's page."""
        if data is not None:
            data["user"] = record.user_id  # type: ignore[attr-defined]
        return AgentForm(data, instance=record)

    def store(self, form: Any, values: Mapping[str, Any]) -> Agent:
        """Store the agent."""
        known = form.instance if form.instance.pk else None
        return agents.save_agent(actor=self.user, agent=known, values=form.cleaned_data)
