"""Two books that have nothing in common, and what must never be seen of one by the other."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Permission
from django.db import connection

from agencyhub.accounts.models import Role
from tests.api.conftest import Script
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.commissions import ApplicationFactory, BookRowFactory, CommissionLineFactory
from tests.factories.eoi import EoiRequestFactory
from tests.factories.expected import DisputeFactory, DisputePackFactory, ExpectedPayFactory
from tests.factories.groups import BenefitFactory, EmployerGroupFactory, GroupPlanFactory
from tests.factories.imports import ImportFactory
from tests.factories.individuals import AddressFactory, IndividualFactory, SalesRecordFactory
from tests.factories.noyo import MappingFactory
from tests.factories.outgoing import DeliveryFactory, EndpointFactory
from tests.factories.policies import CarrierProductFactory, PolicyFactory, RiskFactory

FIRST, NOBODY = 7_100_000, 987_654_321
MARK, MBI, OTHER_MBI = "Zanzibar", "1EG4TE5MK73", "2EG4TE5MK73"
OF_EACH_CALL = {"X-Request-ID", "Content-Length"}
TRACE = re.compile(rf"\b71\d{{5}}\b|{MARK}", re.IGNORECASE)


@dataclass
class Books:
    """What is the caller's, what is not, and two callers: every right, and their own book."""

    mine: dict[str, Any]
    theirs: dict[str, Any]
    script: Script
    other: Script

    def pure(self, answer: Any, sent: str = "") -> Any:
        """Hold an answer against the other's traces, but for what was asked itself."""
        assert answer.status_code < 500, (answer.status_code, sent)
        text = b"".join(answer) if answer.streaming else answer.content
        text = text.decode() + str(dict(answer.items()))
        traces = {one for one in TRACE.findall(text) if one.casefold() not in sent.casefold()}
        assert not traces, (answer.status_code, traces, sent)
        return answer

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Ask as the caller."""
        sent = f"{method} {path} {json.dumps(body)} {headers}"
        return self.pure(self.script.call(method, path, body, **headers), sent)

    def ask_both(self, method: str, path: str, kind: str, body: Any = None, **headers: str) -> int:
        """Ask for another's record and for none, where ``path`` and ``body`` say "{}".

        Both answers have to be the same, to the letter. Answers with their status.
        """
        told = []
        for key in (self.theirs[kind].pk, NOBODY):
            sent = _filled(body, key)
            answer = self.ask(method, path.replace("{}", str(key)), sent, **headers)
            named = {n: v for n, v in answer.items() if n not in OF_EACH_CALL}
            text = answer.content.decode().replace(str(key), "?")
            told.append((answer.status_code, text, named))
        assert told[0] == told[1], (method, path, headers, told)
        return told[0][0]


def _filled(body: Any, key: int) -> Any:
    if isinstance(body, dict):
        return {name: key if value == "{}" else value for name, value in body.items()}
    return body


def two_books() -> Books:
    """Make them; the other's keys are of a range of their own."""
    rights = [
        f"{one.content_type.app_label}.{one.codename}"
        for one in Permission.objects.select_related("content_type")
        if one.codename != "view_import"
    ]
    users = [UserFactory(may=rights, may__reach=Role.Scope.OWN) for _ in range(2)]
    agents = [AgentFactory(user=user) for user in users]
    product = CarrierProductFactory()
    mine = book(agent=agents[0], user=users[0], mark="Ordinary", mbi=MBI, product=product)
    with keys_from(FIRST, {type(record) for record in mine.values()}):
        theirs = book(agent=agents[1], user=users[1], mark=MARK, mbi=OTHER_MBI, product=product)
    return Books(mine, theirs, Script(users[0]), Script(users[1]))


def book(*, agent: Any, user: Any, mark: str, mbi: str, product: Any) -> dict[str, Any]:
    """One record of each kind."""
    said = {"first_name": f"{mark}ana", "last_name": f"{mark}lopez"}
    person = IndividualFactory(
        servicing_agent=agent, mbi=mbi, email=f"{mark}@example.com", cell_phone="5155550177", **said
    )
    AddressFactory(individual=person, line_1=f"1 {mark} St")
    group = EmployerGroupFactory(
        servicing_agent=agent, name=f"{mark} Works", external_id=f"{mark}-G"
    )
    insured = {"agent": agent, "carrier": product.carrier, "mbi": mbi, **said}
    delivery = DeliveryFactory(
        endpoint=EndpointFactory(owner=user, name=f"{mark} hook", url=f"https://{mark}.example.com")
    )
    policy = PolicyFactory(
        subscriber=person, servicing_agent=agent, product=product,
        carrier=product.carrier, policy_number=f"{mark}-1",
    )  # fmt: skip
    dispute = DisputeFactory(row=ExpectedPayFactory(policy=policy), note=mark, assigned_to=user)
    return {
        "individuals": person,
        "sales-records": SalesRecordFactory(assigned_agent=agent, mbi=mbi, **said),
        "policies": policy,
        "at-risk": RiskFactory(
            policy=policy, call_note=mark, reasons=[{"code": "past_due"}], last_called_by=user
        ),
        "applications": ApplicationFactory(policy_number=f"{mark}-1", source="api", **insured),
        "book-of-business": BookRowFactory(policy_number=f"{mark}-1", **insured),
        "commission-lines": CommissionLineFactory(policy_number=f"{mark}-1", **insured),
        "expected-pay": dispute.row,
        "disputes": dispute,
        "dispute-packs": DisputePackFactory(disputes=[dispute], made_by=user),
        "groups": group,
        "group-plans": GroupPlanFactory(group=group, name=f"{mark} Life"),
        "eoi-requests": EoiRequestFactory(election__employee__group=group),
        "group-mappings": MappingFactory(group=group),
        "imports": ImportFactory(user=user, file_name=f"{mark}.csv"),
        "webhooks": delivery.endpoint,
        "benefit": BenefitFactory(group=group),
        "delivery": delivery,
    }  # fmt: skip


@contextmanager
def keys_from(first: int, models: Any) -> Iterator[None]:
    """Let keys begin elsewhere for a while."""
    sequences = []
    with connection.cursor() as cursor:
        for model in models:
            cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [model._meta.db_table])
            sequences += [name for (name,) in cursor.fetchall() if name]
        before = []
        for name in sequences:
            cursor.execute(f"SELECT last_value, is_called FROM {name}")
            before.append((name, *cursor.fetchone()))
            cursor.execute("SELECT setval(%s, %s)", [name, first])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for name, last, is_called in before:
                cursor.execute("SELECT setval(%s, %s, %s)", [name, last, is_called])
