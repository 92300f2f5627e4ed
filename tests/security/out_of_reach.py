"""Somebody else's book: one record of each kind that an address can name, all with one key."""

from typing import Any

from django.apps import apps
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from agencyhub.accounts.models import OpenSession, Role, User
from agencyhub.home.models import Subscription
from agencyhub.records import history
from agencyhub.records.models import Batch, BulkEdit, SavedView
from individuals.models import DuplicatePair, Individual
from integrations.noyo.models import MemberLink
from tests.api.books import FIRST, keys_from
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.commissions import ApplicationFactory, BookRowFactory, CommissionLineFactory
from tests.factories.documents import document_of
from tests.factories.eoi import EoiRequestFactory
from tests.factories.eoi_batches import BatchFileFactory, FolderFactory
from tests.factories.expected import DisputeFactory, DisputePackFactory, ExpectedPayFactory
from tests.factories.groups import (
    BenefitClassFactory,
    CoverageLockFactory,
    DependentFactory,
    EmployerGroupFactory,
    GuaranteedIssueFactory,
    PlanRateFactory,
)
from tests.factories.imports import ImportFactory
from tests.factories.individuals import (
    AddressFactory,
    IndividualFactory,
    SalesOpportunityFactory,
    SalesRecordFactory,
)
from tests.factories.mailing import OutgoingMailFactory
from tests.factories.noyo import (
    ClassRuleFactory,
    GroupConnectionFactory,
    MappingFactory,
    NoyoGroupFactory,
    UnitLinkFactory,
)
from tests.factories.noyo_people import DifferenceFactory, NoyoMemberFactory
from tests.factories.outgoing import DeliveryFactory, EndpointFactory
from tests.factories.policies import PolicyFactory, RiskFactory

KEY = FIRST + 1
"""The key of everything that is made here first."""
MARK = "Zanzibar"
NAMES = {"first_name": f"{MARK}ana", "last_name": f"{MARK}lopez"}


def anothers_book(rights: list[str]) -> User:
    """Make it, and tell who has it; the first record of each kind is the one that counts."""
    numbered = [one for one in apps.get_models() if one._meta.pk.column == "id"]
    with keys_from(FIRST, numbered):
        user = UserFactory(username=f"{MARK.lower()}user", may=rights, may__reach=Role.Scope.OWN)
        agent = AgentFactory(user=user, **NAMES)
        _own(user)
        person = _people(agent, user)
        _policies(agent, user, person)
        _groups(agent)
    return user


def _people(agent: Any, user: User) -> Individual:
    with history.batch(user=user, channel=Batch.Channel.SCREEN, summary=MARK):
        person = IndividualFactory(servicing_agent=agent, mbi="2EG4TE5MK73", **NAMES)
    twin = IndividualFactory(servicing_agent=agent, **NAMES)
    AddressFactory(individual=person, line_1=f"1 {MARK} St")
    SalesRecordFactory(assigned_agent=agent, **NAMES)
    SalesOpportunityFactory(individual=person, primary_producer=agent)
    DuplicatePair.objects.create(
        first=person, second=twin, score=100, door=DuplicatePair.Door.SCREEN
    )
    document_of(person)
    return person


def _policies(agent: Any, user: Any, person: Individual) -> None:
    policy = PolicyFactory(subscriber=person, servicing_agent=agent, policy_number=f"{MARK}-1")
    told = {"agent": agent, "policy_number": f"{MARK}-1", **NAMES}
    RiskFactory(policy=policy, call_note=MARK, reasons=[{"code": "past_due"}])
    ApplicationFactory(**told)
    BookRowFactory(**told)
    CommissionLineFactory(**told)
    dispute = DisputeFactory(row=ExpectedPayFactory(policy=policy), note=MARK)
    DisputePackFactory(disputes=[dispute], made_by=user)


def _groups(agent: Any) -> None:
    group = EmployerGroupFactory(servicing_agent=agent, name=f"{MARK} Works")
    of_group = {"group": group}
    unit = BenefitClassFactory(**of_group)
    request = EoiRequestFactory(election__employee__group=group)
    employee, plan = request.election.employee, request.election.plan
    DependentFactory(employee=employee)
    CoverageLockFactory(employee=employee, benefit=request.election.benefit)
    PlanRateFactory(plan=plan)
    GuaranteedIssueFactory(plan=plan)
    noyo = NoyoGroupFactory(**of_group)
    GroupConnectionFactory(group=group, noyo_group=noyo)
    mapping = MappingFactory(**of_group)
    UnitLinkFactory(mapping=mapping, benefit_class=unit)
    ClassRuleFactory(mapping=mapping)
    member = NoyoMemberFactory(noyo_group=noyo)
    MemberLink.objects.create(noyo_group=noyo, member=member, employee=employee, score=1)
    DifferenceFactory(noyo_group=noyo, employee=employee)
    BatchFileFactory(folder=FolderFactory(group=group))


def _own(user: User) -> None:
    """What is a person's own, whatever others may."""
    ImportFactory(user=user, file_name=f"{MARK}.csv")
    DeliveryFactory(endpoint=EndpointFactory(owner=user, name=f"{MARK} hook"))
    SavedView.objects.create(owner=user, list_key="individuals", name=MARK)
    BulkEdit.objects.create(user=user, list_key="individuals", pks=[KEY])
    session = SessionStore()
    session.create()
    OpenSession.objects.create(user=user, session_id=session.session_key)
    Subscription.objects.create(
        user=user, report="policies", title=MARK, frequency=Subscription.Frequency.DAILY,
        created_at=timezone.now(), since=timezone.now(),
    )  # fmt: skip
    OutgoingMailFactory(user=user, subject=MARK)
