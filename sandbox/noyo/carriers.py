"""What carriers do: connect a group, change and split plans, drop classes, renew, change people."""

import json
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sandbox.noyo import census, installing, samples, structures
from sandbox.noyo.crowd import MOST, Crowd
from sandbox.noyo.records import Json, NoyoError, Records
from sandbox.noyo.structures import Group
from sandbox.noyo.webhooks import Webhooks
from sandbox.store import Store

CONNECTED, ASKED = "group_connection_request.status_change", "group_connection_request.created"
STUCK = {"AUTH": "carrier_authorization", "WAIT": "waiting_on_carrier",
         "FAIL": "unable_to_connect", "NONE": "action_required"}  # fmt: skip
"""A group number that begins so ends in that status; any other one is connected."""
CROWD, BEGUN, CENSUS = "noyo_crowd", "noyo_begun", "noyo_census"
_STAMPS = ("id", "version", "created", "modified")


class Carriers:
    """All carriers behind Noyo."""

    def __init__(
        self, store: Store, records: Records, webhooks: Webhooks, today: Callable[[], date]
    ):
        self._store, self.records, self._webhooks, self.today = store, records, webhooks, today
        self.crowd = Crowd(int(store.setting(CROWD) or 0), today().year)
        self.connection_seconds = 8.0
        self._wishes: dict[str, Callable[..., Any]] = {
            "set_crowd": self.set_crowd,
            "change_crowd": self.change_crowd,
            "change_member": self.change_record,
            "change_plan": self.change_record,
            "deliver_data": self.deliver_data,
            "drop_plan": self.drop_plan,
            "install_group": self.install_group,
            "load_census": self.load_census,
            "open_renewal": self.open_renewal,
            "remove_option": self.remove_option,
            "rename_option": self.rename_option,
            "rename_plan": self.rename_plan,
            "set_connection": self.set_connection,
            "set_renewal": self.set_renewal,
            "split_plan": self.split_plan,
            "tell": self._tell,
        }

    def do(self, wish: Json) -> Any:
        """Do what is wished: ``{"do": name, …}`` with the arguments of the method of that name.

        ``seconds`` puts it off.

        Raises:
            NoyoError: 422, there is no such wish, or it does not fit; 404, no such record.
        """
        given = dict(wish)
        name, seconds = str(given.pop("do", "")), given.pop("seconds", 0)
        if name not in self._wishes:
            raise NoyoError(422, f"There is no such wish: {name}. Try {', '.join(self._wishes)}.")
        if seconds:
            self._webhooks.later(given | {"do": name}, float(seconds))
            return None
        try:
            return self._wishes[name](**given)
        except (TypeError, ValueError, KeyError) as error:
            raise NoyoError(422, f"{name}: {type(error).__name__} {error}") from None

    def begin(self, census_file: Path) -> None:
        """Install the groups that are always there, once, and take up a census that was sent."""
        if not self._store.setting(BEGUN):
            with self._store.transaction():
                installing.install(self.records, self.today())
                self._store.keep_setting(BEGUN, True)
        if census_file.is_file():
            text = census_file.read_text(encoding="utf-8")
            if self._store.setting(CENSUS) != text:
                sent = json.loads(text)
                self.load_census(sent["groups"])
                for wish in sent.get("wishes", []):
                    self.do(wish)
                self._store.keep_setting(CENSUS, text)

    def reset(self) -> None:
        """Forget everything and begin anew, without the census."""
        with self._store.transaction():
            self.records.clear()
            self._webhooks.clear()
            self._store.keep_setting(CENSUS, None)
            self._store.keep_setting(BEGUN, True)
            installing.install(self.records, self.today())
        self.set_crowd(0)

    def group_id(self, group: str) -> str:
        """A group's ID by its ID or its EIN.

        Raises:
            NoyoError: 404, there is none.
        """
        if self.records.has(group) or self.crowd.number(group) is not None:
            return group
        for one in self.records.listed("group"):
            if one.get("federal_ein") == group.replace("-", ""):
                return str(one["id"])
        raise NoyoError(404, f"Group not found with UUID {group}")

    def set_crowd(self, size: int) -> None:
        """Have so many made-up groups more."""
        if not 0 <= size <= MOST:
            raise NoyoError(422, f"At most {MOST} groups.")
        self._store.keep_setting(CROWD, size)
        self.crowd = Crowd(size, self.today().year)

    def change_crowd(self, first: int, count: int) -> None:
        """Change a plan of each of some made-up groups."""
        self.crowd.change(range(first, first + count))

    def load_census(self, groups: Sequence[Json]) -> None:
        """Take an employer's people as they were sent; a group's earlier members go."""
        eins = {one.get("federal_ein"): str(one["id"]) for one in self.records.listed("group")}
        for sent in groups:
            group_id = eins.get(sent["ein"])
            if group_id is None:
                continue
            plans = self.records.listed("plan", [group_id])
            if group_id == samples.GUIDE:
                plans = [one | {"_ours": "DENTAL-1000", "eligible_member_types": ["all"]}
                         for one in samples.GUIDE_PLANS]  # fmt: skip
            self._forget_members(group_id)
            self.records.add_all(census.members(group_id, sent, plans))

    def install_group(self, name: str, ein: str, carrier: str, number: str, **more: Any) -> str:
        """Install a group of one's own; ``plans`` and ``configuration`` as in ``scenarios``."""
        plans = tuple(
            structures.Plan(**(one | {key: tuple(one[key]) for key in ("members", "classes")
                                      if key in one})) for one in more.pop("plans", ())
        )  # fmt: skip
        group = Group(name, ein, carrier, number, plans=plans, **more)
        self.records.add_all(structures.entries(group, self.today()))
        return group.id

    def deliver_data(self, group: str, carrier: str = "") -> None:
        """Send at last what a carrier had not told of a group: one class and the usual plans."""
        group_id = self.group_id(group)
        for one in self.records.listed("connection", [group_id]):
            if carrier in ("", one["carrier_id"]):
                self._complete(one)

    def set_connection(self, connection: str, status: str) -> Json:
        """Let a connection stand otherwise; a completed one has data."""
        if status not in structures.STATUSES:
            raise NoyoError(422, f"Statuses are {', '.join(structures.STATUSES)}.")
        told = self.records.get(connection, "Group connection")
        if status == "completed":
            return self._complete(told)
        changed = self.records.change(connection, None, {"status": status})
        self._webhooks.tell(CONNECTED, connection, status=status)
        return changed

    def ask_connection(self, group_id: str, asked: Json) -> Json:
        """Take a request to connect a group; carriers answer it after some seconds."""
        data = asked["group_data"]
        group = self.records.get(group_id, "Group")
        number = str(data["carrier_group_id"])
        name = data.get("group_name") or group["name"]
        told = structures.connection_of(group_id, name, asked["carrier_id"], number, "created")
        told["group_data"] |= {
            key: value for key, value in data.items() if key.startswith("broker") and value
        }
        if group.get("federal_ein"):
            told["federal_ein"] = group["federal_ein"]
        made = self.records.add("connection", group_id, told)
        self._webhooks.tell(ASKED, made["id"])
        self.go_on(made["id"], number)
        return made

    def go_on(self, connection_id: str, number: str) -> None:
        """Let a connection take its course: processing first, then what its number says."""
        end = STUCK.get(number[:4].upper(), "completed")
        for part, status in ((0.3, "processing"), (1.0, end)):
            wish = {"do": "set_connection", "connection": connection_id, "status": status}
            self._webhooks.later(wish, part * self.connection_seconds)

    def change_record(self, record: str, fields: Json) -> Json:
        """Change a plan, or a member: ``{"person": {…}}`` and the like are merged."""
        now = self.records.get(record)
        changes = {
            key: now[key] | value if isinstance(now.get(key), dict) else value
            for key, value in fields.items()
        }
        return self.records.change(record, None, changes)

    def drop_plan(self, record: str) -> None:
        """Take a plan away."""
        self.records.remove(record)

    def split_plan(self, record: str) -> list[Json]:
        """Make two plans of one, as carriers do: the employee's and the dependents'."""
        plan = self.records.get(record, "Group plan")
        name, owner = plan["name"], self.records.owner_of(record)
        first = {"name": f"{name} - Employee", "eligible_member_types": ["employee"]}
        second = {"name": f"{name} - Dependent", "eligible_member_types": ["spouse", "child"]}
        content = {key: value for key, value in plan.items() if key not in _STAMPS}
        changed = self.records.change(record, None, first)
        return [changed, self.records.add("plan", owner, content | second)]

    def remove_option(self, group: str, category: str, identifier: str) -> None:
        """Drop a class, a bill group or the like from a group's account structure."""
        self._change_options(
            group,
            category,
            lambda rows: [one for one in rows if not structures.is_option(one, identifier)],
        )

    def rename_option(self, group: str, category: str, identifier: str, label: str) -> None:
        """Call an option otherwise."""

        def renamed(rows: list[Json]) -> list[Json]:
            return [
                one | {structures.label_key(one): label}
                if structures.is_option(one, identifier)
                else one
                for one in rows
            ]

        self._change_options(group, category, renamed)

    def rename_plan(self, group: str, code: str, name: str) -> None:
        """Call a group's plans with a code otherwise, and have the group looked at again."""
        group_id = self.group_id(group)
        for plan in self.records.listed("plan", [group_id]):
            if plan["code"] == code:
                self.records.change(plan["id"], None, {"name": name})
        for one in self.records.listed("connection", [group_id]):
            self._tell(CONNECTED, one["id"])

    def open_renewal(self, group: str, dropped: Sequence[str] = ()) -> int:
        """Install next year's plans under new IDs; this year's end with it. ``dropped``: lines."""
        group_id = self.group_id(group)
        plans, made = self.records.listed("plan", [group_id]), 0
        for year in self.records.listed("plan_year", [group_id]):
            start = date.fromisoformat(year["effective_end_date"]) + timedelta(days=1)
            line = year["line_of_coverage"]
            mine = [one for one in plans if one["group_enrollment_id"] == year["id"]]
            for plan in mine:
                end = {"effective_end_date": year["effective_end_date"]}
                self.records.change(plan["id"], None, end)
            if line in dropped:
                continue
            told = structures.plan_year_of(group_id, year["carrier_id"], line, start.year)
            owner = self.records.add("plan_year", group_id, told)["id"]
            for plan in mine:
                content = {key: value for key, value in plan.items() if key not in _STAMPS}
                content |= {"group_enrollment_id": owner, "effective_start_date": str(start)}
                content |= {"effective_end_date": f"{start.year}-12-31"}
                self.records.add("plan", group_id, content)
                made += 1
        return made

    def set_renewal(self, renewal: str, status: str, issues: Sequence[Json] = ()) -> Json:
        """Answer a renewal decision otherwise than by its day."""
        changes = {"status": status, "issues": list(issues), "_is_set": True}
        return self.records.change(renewal, None, changes)

    def _tell(self, kind: str, record: str) -> None:
        self._webhooks.tell(kind, record)

    def _complete(self, connection: Json) -> Json:
        owner = connection["group_id"]
        printed = samples.CONFIGURATIONS.get(owner, [])
        known = [*printed, *self.records.listed("configuration", [owner])]
        if connection["carrier_id"] not in [one["carrier_id"] for one in known]:
            group = installing.usual(self.records.get(owner, "Group"), connection)
            self.records.add_all(structures.installed(group, self.today()))
        changes = {"status": "completed", "completed": int(time.time())}
        changed = self.records.change(connection["id"], None, changes)
        self._webhooks.tell(CONNECTED, connection["id"], status="completed")
        return changed

    def _change_options(
        self, group: str, category: str, change: Callable[[list[Json]], list[Json]]
    ) -> None:
        for one in self.records.listed("configuration", [self.group_id(group)]):
            if category in one["configuration"]:
                rows = change(one["configuration"][category])
                configuration = one["configuration"] | {category: rows}
                self.records.change(one["id"], None, {"configuration": configuration})

    def _forget_members(self, group_id: str) -> None:
        for employee in self.records.listed("employee", [group_id]):
            for dependent in self.records.listed("dependent", [employee["id"]]):
                self.records.remove(dependent["id"])
            self.records.remove(employee["id"])
        for coverage in self.records.listed("coverage", [group_id]):
            self.records.remove(coverage["id"])
