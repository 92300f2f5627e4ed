"""The page that shows what carriers have, and lets things happen to it; JSON beside it."""

from sandbox.html import Input, Markup, badge, field, fill, join, render
from sandbox.noyo.carriers import Carriers
from sandbox.noyo.doors import HERE
from sandbox.noyo.manners import Behaviour
from sandbox.noyo.records import Json, NoyoError
from sandbox.noyo.renewals import Renewals
from sandbox.noyo.structures import STATUSES
from sandbox.noyo.tokens import Tokens
from sandbox.noyo.webhooks import Webhooks
from sandbox.pages import document
from sandbox.web import HttpError, Request, Response, Route, json_answer, page, see_other

TONES = {"completed": "good", "unable_to_connect": "bad", "action_required": "bad"}
PLAIN = {"taken": "good", "waiting": "busy", "failed": "bad"}
SHOWN_EVENTS = 20


class Control:
    """What stands at ``/noyo/`` and ``/noyo/control``."""

    def __init__(
        self,
        carriers: Carriers,
        behaviour: Behaviour,
        webhooks: Webhooks,
        renewals: Renewals,
        tokens: Tokens,
    ):
        self._carriers, self._behaviour, self._webhooks = carriers, behaviour, webhooks
        self._renewals, self._tokens = renewals, tokens

    def routes(self) -> list[Route]:
        """The page, its buttons, and the JSON for tests."""
        return [
            Route("GET", HERE, self.show),
            Route("POST", f"{HERE}wish", self.wish),
            Route("POST", f"{HERE}manners", self.behave),
            Route("GET", f"{HERE}control", self.read, is_for_machines=True),
            Route("POST", f"{HERE}control", self.change, is_for_machines=True),
        ]

    def show(self, _request: Request) -> Response:
        """Show every group, its connections and plans."""
        records = self._carriers.records
        groups = join(self._group(one) for one in records.listed("group"))
        manners = self._behaviour.manners
        fields = [
            field(Input("fail", "Fail the next calls with", hint="Such as 429, 503, 500")),
            field(Input("slow_next", "Slow calls", kind="number"), manners.slow_next),
            field(Input("slow_seconds", "Seconds of a slow call", kind="number"),
                  manners.slow_seconds),
            field(Input("conflict_next", "Version conflicts", kind="number"),
                  manners.conflict_next),
            field(Input("refuse_rules", "Refused class rules", kind="number"),
                  manners.refuse_rules),
            field(Input("lose_webhooks", "Lost webhooks", kind="number"), manners.lose_webhooks),
        ]  # fmt: skip
        events = join(_event(one) for one in self._webhooks.events(SHOWN_EVENTS))
        nothing = Markup("<tr><td colspan=3 class=muted>No event yet.</td></tr>")
        body = render(
            "noyo/home.html", groups=groups, fields=join(fields), events=events or nothing,
            crowd=f"{self._carriers.crowd.size:,}",
        )  # fmt: skip
        return page(document("Noyo", body, HERE))

    def wish(self, request: Request) -> Response:
        """Let something happen: the form's fields are the wish's."""
        wish: Json = dict(request.form())
        if wish.get("do") == "change_plan":
            wish["fields"] = {"name": wish.pop("name", "")}
        try:
            self._carriers.do(wish)
        except NoyoError as error:
            raise HttpError(error.status, "This cannot be done", error.message) from None
        return see_other(HERE)

    def behave(self, request: Request) -> Response:
        """Behave badly for some calls."""
        form = request.form()
        try:
            numbers = {name: float(form[name]) if name == "slow_seconds" else int(form[name])
                       for name in ("slow_next", "slow_seconds", "conflict_next",
                                    "refuse_rules", "lose_webhooks")
                       if form.get(name)}  # fmt: skip
            fails = [int(one) for one in form.get("fail", "").replace(",", " ").split()]
        except ValueError:
            raise HttpError(422, "This makes no sense", "Enter numbers.") from None
        self._behaviour.change(numbers | {"fail_next": fails})
        return see_other(HERE)

    def read(self, _request: Request) -> Response:
        """Say how things stand."""
        return json_answer(self._state())

    def change(self, request: Request) -> Response:
        """Do what the body says, in this order.

        ``reset``, ``forgive`` and ``forget_calls`` (true); ``manners`` ({name: value});
        ``webhooks`` (settings); ``connection_seconds`` and ``token_seconds``; ``expire_tokens``
        (true); ``wishes`` (a list of ``Carriers.do``); ``differences`` (a list).
        """
        asked = request.json()
        done = []
        try:
            if asked.get("reset"):
                self._carriers.reset()
                self._behaviour.forgive()
            if asked.get("forgive"):
                self._behaviour.forgive()
            if asked.get("reset") or asked.get("forget_calls"):
                self._behaviour.forget_calls()
            self._behaviour.change(asked.get("manners") or {})
            self._webhooks.set(asked.get("webhooks") or {})
            seconds = self._carriers.connection_seconds
            self._carriers.connection_seconds = float(asked.get("connection_seconds", seconds))
            self._tokens.seconds = float(asked.get("token_seconds", self._tokens.seconds))
            if asked.get("expire_tokens"):
                self._tokens.expire()
            done = [self._carriers.do(one) for one in asked.get("wishes") or []]
            for one in asked.get("differences") or []:
                done.append(self._renewals.add_difference(**one))
        except NoyoError as error:
            raise HttpError(error.status, "This cannot be done", error.message) from None
        return json_answer(self._state() | {"done": done})

    def _state(self) -> Json:
        records = self._carriers.records
        kinds = ("group", "connection", "plan", "employee", "dependent", "coverage", "mapping",
                 "renewal", "difference")  # fmt: skip
        groups = [
            {key: one.get(key) for key in ("id", "name", "federal_ein")}
            | {"connections": [
                {key: made[key] for key in ("id", "carrier_id", "status")}
                for made in records.listed("connection", [one["id"]])
            ]}
            for one in records.listed("group")
        ]  # fmt: skip
        return self._behaviour.state() | {
            "groups": groups,
            "counts": {kind: records.count(kind) for kind in kinds},
            "crowd": self._carriers.crowd.size,
            "events": self._webhooks.events(),
        }

    def _group(self, group: Json) -> Markup:
        records = self._carriers.records
        connections = join(_connection(one) for one in records.listed("connection", [group["id"]]))
        plans = records.listed("plan", [group["id"]])
        return render(
            "noyo/group.html",
            name=group["name"],
            id=group["id"],
            connections=connections,
            members=records.count("employee", [group["id"]]),
            plans=join(_plan(one) for one in plans)
            or Markup("<tr><td colspan=3 class=muted>No plans to change here.</td></tr>"),
        )


def _connection(one: Json) -> Markup:
    choices = join(
        fill("<option value=$status$chosen>$words</option>", status=status,
             chosen=Markup(" selected") if status == one["status"] else "",
             words=status.replace("_", " "))
        for status in STATUSES
    )  # fmt: skip
    return render(
        "noyo/connection.html",
        id=one["id"],
        number=one["group_data"]["carrier_group_id"],
        status=badge(one["status"].replace("_", " "), TONES.get(one["status"], "busy")),
        choices=choices,
    )


def _plan(one: Json) -> Markup:
    line = one["line_of_coverage"].replace("_", " ")
    return render(
        "noyo/plan.html", id=one["id"], name=one["name"], code=one.get("code") or "-", line=line
    )


def _event(one: Json) -> Markup:
    return fill(
        "<tr><td>$type</td><td>$state</td><td>$outcome</td></tr>",
        type=one["event"]["type"],
        state=badge(one["state"], PLAIN.get(one["state"], "calm")),
        outcome=one["outcome"] or "",
    )
