"""The law of scope for mail to users: what a mail holds, its reader may see when it leaves."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agencyhub.mailing import kinds
from agencyhub.mailing.models import OutgoingMail
from agencyhub.mailing.services import sending
from policies.models import Policy, PolicyAgent, Risk, Standing
from policies.services import digests
from tests.factories.policies import PremierTermFactory, RiskFactory, StandingFactory
from tests.scope import world
from tests.scope.test_same_rows import QUICK, people
from tests.scope.test_sent_and_counted import EXAMPLES, as_if, without
from tests.scope.world import Reader

pytestmark = [pytest.mark.load, pytest.mark.django_db]
# A Monday, 10:00 AM in New York.
AT = datetime(2026, 11, 23, 15, tzinfo=UTC)
PROVEN = {
    "agent_digest": "here",
    "report": "tests/scope/test_sent_and_counted.py",
    "binder_reminder": "goes to the individual that it is about: tests/policies/test_reminding.py",
    "integration_incident": "names a connection and no record: tests/integrations",
    "account_changed": "is about its reader alone: tests/mailing/test_notices.py",
}
"""Each kind of mail, and what proves that it tells its reader nothing of others."""


@pytest.fixture
def agency():
    """Every policy is past due, as its carrier told this morning."""
    made = world.build()
    for pk in made.rows["policy"]:
        policy = Policy.objects.get(pk=pk)
        StandingFactory(policy=policy, status="past_due", deadline=date(2026, 12, 1), as_of=AT)
        RiskFactory(policy=policy, deadline=date(2026, 12, 1))
    PremierTermFactory(carrier=policy.carrier, start_date=date(2026, 1, 1))
    return made


def own(agency, reader) -> set[int]:
    """The policies that somebody looks after, and may see, by the words of the specification."""
    me = reader.own_agent
    rows = zip(agency.rows["policy"], agency.owned["policy"], strict=True)
    return {pk for pk, one in rows if _is_own(agency, one, me)} & agency.visible(reader, "policy")


def _is_own(agency, one, me) -> bool:
    if one.agent is not None or one.additional:
        return me is not None and (one.agent == me or me in one.additional)
    person = agency.owned["individual"][one.parent]
    return me is not None and (person.agent == me or me in person.additional)


def mailed() -> OutgoingMail | None:
    """The one digest that is due."""
    written = digests.write_due(at=AT).mails
    assert len(written) <= 1
    return OutgoingMail.objects.get(pk=written[0]) if written else None


@QUICK
@given(reader=people, seed=st.integers(0, 2**32))
@example(reader=EXAMPLES[0], seed=1)
@example(reader=EXAMPLES[1], seed=2)
@example(reader=EXAMPLES[2], seed=4)
@example(reader=Reader(frozenset(), 2, frozenset(), is_superuser=True), seed=5)
def test_a_digest_tells_of_ones_own_policies_that_one_may_see(agency, reader, seed):
    agency.deal(seed)
    user = agency.enter(reader)
    # Whoever sells no more gets no digest: world.build makes the last agent such a one.
    lawful = own(agency, reader) if reader.own_agent != len(agency.agents) - 1 else set()

    with as_if():
        mail = mailed()
        text = (mail.text, mail.html) if mail else None
        assert {int(pk) for pk in mail.facts["told"]} == lawful if mail else not lawful
        assert mail is None or mail.user == user

    with as_if():
        seen = agency.visible(reader, "policy")
        Risk.objects.exclude(policy_id__in=seen).delete()
        Standing.objects.exclude(policy_id__in=seen).delete()
        alone = without(agency, reader, lambda: (one := mailed()) and (one.text, one.html))
    assert text == alone


def test_a_digest_stays_when_its_reader_sees_less_by_the_time_it_leaves(agency, mailoutbox):
    reader = Reader(frozenset({"own"}), 1, frozenset())
    agency.deal(2)
    user = agency.enter(reader)
    mail = mailed()
    lost = next(
        pk
        for pk, one in zip(agency.rows["policy"], agency.owned["policy"], strict=True)
        if pk in own(agency, reader) and not agency.sees(reader, "individual", one.parent)
    )
    PolicyAgent.objects.filter(policy_id=lost).delete()
    Policy.objects.filter(pk=lost).update(servicing_agent=agency.agents[0])
    assert not Policy.objects.visible_to(user).filter(pk=lost).exists()

    sending.send_due(at=AT)

    mail.refresh_from_db()
    assert (mail.state, mail.reason) == ("suppressed", "out_of_reach")
    assert mailoutbox == []


def test_every_kind_of_mail_is_proven():
    assert kinds.all_kinds().keys() == PROVEN.keys()
