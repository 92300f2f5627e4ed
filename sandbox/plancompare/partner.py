"""PlanCompare as a partner of the sandbox: its parts, put together."""

import threading
from typing import Any

from sandbox.html import Markup, fill, join, render
from sandbox.partner import Context
from sandbox.plancompare import behaviour, beneficiaries, enrollments, outbox
from sandbox.plancompare.behaviour import Behaviour, BehaviourError
from sandbox.plancompare.catalogue import plan_years
from sandbox.plancompare.control import Control
from sandbox.plancompare.push import PATH, Pusher
from sandbox.plancompare.site import Site
from sandbox.web import Route

SETTING = "plancompare_behaviour"


class PlanCompare:
    """The site, its control panel and its pusher around one changeable behaviour."""

    name = "PlanCompare"
    url = "/plancompare/"

    def __init__(self, context: Context):
        self._store = context.store
        self._options = context.options
        self._lock = threading.Lock()
        self._api_key = context.options.api_key.strip()
        for tables in (beneficiaries.TABLES, enrollments.TABLES, outbox.TABLES):
            self._store.add_tables(tables)
        self._behaviour = behaviour.change(self._remembered(), self._given())
        self._pusher = Pusher(self._store, self._options, self.behaviour, self.api_key)
        self._site = Site(self._store, self.behaviour, self._options.today, self._pusher.wake)
        self._control = Control(self._store, self, self._options.today, self._pusher.wake)

    def behaviour(self) -> Behaviour:
        """The settings of this moment."""
        return self._behaviour

    def api_key(self) -> str:
        """The key sent to AgencyHub."""
        return self._api_key

    def set_api_key(self, key: str) -> None:
        """Send another key from now on; it is never written down."""
        self._api_key = key.strip()

    def change(self, changes: dict[str, Any]) -> Behaviour:
        """Change settings and remember them.

        Raises:
            BehaviourError: a setting makes no sense; none was changed.
        """
        with self._lock:
            self._behaviour = behaviour.change(self._behaviour, changes)
            self._store.keep_setting(SETTING, self._behaviour.as_json())
        self._pusher.wake()
        return self._behaviour

    def forgive(self) -> Behaviour:
        """Go back to the settings of the command line, keeping where the hub is."""
        hub = self._behaviour.hub
        return self.change(self._usual().as_json() | self._given() | {"hub": hub})

    def routes(self) -> list[Route]:
        """The site's and the control panel's addresses."""
        return [*self._site.routes(), *self._control.routes()]

    def card(self, base_url: str) -> Markup:
        """Say what to enter in AgencyHub."""
        line = "<dt>$label</dt><dd><code>$url</code></dd>"
        doors = (("SSO URL", "sso"), ("Call center SSO URL", "call-center/sso"))
        links = join(
            fill(line, label=f"{label}, plan year {year}", url=f"{base_url}{self.url}{door}/{year}")
            for label, door in doors
            for year in self._behaviour.open_years
        )
        names = join(fill("<code>$name</code>", name=name) for name in self._behaviour.usernames)
        return render(
            "plancompare/card.html",
            partner_id=self._behaviour.partner_id,
            links=links,
            usernames=names,
            target=self._behaviour.hub + PATH,
        )

    def start(self) -> None:
        """Begin to push."""
        self._pusher.start()

    def stop(self) -> None:
        """End pushing; the outbox stays."""
        self._pusher.stop()

    def _remembered(self) -> Behaviour:
        usual = self._usual()
        try:
            return behaviour.change(usual, self._store.setting(SETTING) or {})
        except BehaviourError:  # kept by another version of the sandbox
            return usual

    def _usual(self) -> Behaviour:
        return Behaviour(open_years=plan_years(self._options.today()))

    def _given(self) -> dict[str, Any]:
        hub = {"hub": self._options.hub} if self._options.hub else {}
        return self._options.settings | hub
