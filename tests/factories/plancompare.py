"""An active PlanCompare site, and users who may send."""

import factory
from factory.django import DjangoModelFactory

from agencyhub.records.models import Option
from integrations.plancompare.models import PlanCompareUser, PlanTypeMapping, QuotingLink, Site
from tests.factories.accounts import AgentFactory, UserFactory


class SiteFactory(DjangoModelFactory[Site]):
    """The Broker site: active, set up, syncing, with the default settings of the source."""

    class Meta:
        model = Site
        django_get_or_create = ("variant",)

    variant = Site.Variant.BROKER
    is_active = True
    partner_id = "PARTNER-1"
    sync_enrollments = True


class PlanTypeMappingFactory(DjangoModelFactory[PlanTypeMapping]):
    """MAPD is the coverage type MAPD."""

    class Meta:
        model = PlanTypeMapping

    site = factory.SubFactory(SiteFactory)
    plan_type = "MAPD"
    coverage_type = factory.LazyFunction(
        lambda: Option.objects.get(list=Option.List.COVERAGE_TYPE, label="MAPD")
    )
    coverage_type_label = "MAPD"


class QuotingLinkFactory(DjangoModelFactory[QuotingLink]):
    """A link for 2027 that never expires."""

    class Meta:
        model = QuotingLink

    site = factory.SubFactory(SiteFactory)
    label = factory.Sequence(lambda n: f"2027 quotes {n}")
    sso_url = "https://plancompare.example.com/sso/2027"
    plan_year = 2027


class PlanCompareUserFactory(DjangoModelFactory[PlanCompareUser]):
    """A user with a PlanCompare username and a servicing agent."""

    class Meta:
        model = PlanCompareUser

    user = factory.SubFactory(UserFactory)
    username = factory.Sequence(lambda n: f"agent{n}.pc")
    servicing_agent = factory.SubFactory(AgentFactory)
