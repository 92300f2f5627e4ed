"""Noyo's side: what carriers tell of groups, what platforms publish to it, and its events."""

from sandbox.html import Markup, fill, join, render
from sandbox.noyo import census
from sandbox.noyo.carriers import Carriers
from sandbox.noyo.control import Control
from sandbox.noyo.doors import HERE, Doors, body_of, refused
from sandbox.noyo.manners import Behaviour
from sandbox.noyo.mapping import Mapping
from sandbox.noyo.reading import Reading
from sandbox.noyo.records import NoyoError, Records
from sandbox.noyo.renewals import Renewals
from sandbox.noyo.structures import CARRIERS
from sandbox.noyo.tokens import CLIENT_ID, Tokens
from sandbox.noyo.webhooks import Target, Webhooks
from sandbox.partner import Context
from sandbox.web import Request, Response, Route, json_answer

HUB = "http://127.0.0.1:8000"
TOKEN = f"{HERE}auth/public/token"


class Noyo:
    """The Fulfillment API, the Tracking API, the tokens, and a page to play the carriers."""

    name = "Noyo"
    url = HERE

    def __init__(self, context: Context) -> None:
        store, options = context.store, context.options
        self._census = options.data / census.FILE
        self._behaviour = Behaviour()
        self._tokens = Tokens(options.carrier_password)
        target = Target(
            hub=(options.hub or HUB).rstrip("/"),
            secret=options.carrier_password,
            first_seconds=options.retry_base_seconds,
            longest_seconds=options.retry_limit_seconds,
            timeout=options.timeout_seconds,
        )
        records = Records(store)
        self._webhooks = Webhooks(store, self._behaviour, target)
        self._carriers = Carriers(store, records, self._webhooks, options.today)
        self._webhooks.do = self._carriers.do
        doors = Doors(records, self._tokens, self._behaviour)
        renewals = Renewals(doors, self._webhooks, options.today)
        self._parts = (Reading(doors, self._carriers), Mapping(doors), renewals)
        self._control = Control(
            self._carriers, self._behaviour, self._webhooks, renewals, self._tokens
        )
        self._carriers.begin(self._census)

    def routes(self) -> list[Route]:
        """The two APIs, the tokens, and the page."""
        token = Route("POST", TOKEN, self.token, is_cross_site=True, is_for_machines=True)
        parts = (self._control, *self._parts)
        return [token, *(route for part in parts for route in part.routes())]

    def card(self, base_url: str) -> Markup:
        """Say what to enter in AgencyHub."""
        carriers = join(
            fill("<dt>$name</dt><dd><code>$id</code></dd>", name=name, id=number)
            for number, name in CARRIERS.items()
        )
        return render(
            "noyo/card.html",
            fulfillment=f"{base_url}{HERE}fulfillment",
            tracking=f"{base_url}{HERE}tracking",
            token=f"{base_url}{TOKEN}",
            client=CLIENT_ID,
            carriers=carriers,
        )

    def start(self) -> None:
        """Begin to tell events."""
        self._webhooks.start()

    def stop(self) -> None:
        """Tell no more."""
        self._webhooks.stop()

    def token(self, request: Request) -> Response:
        """Answer a client with a token."""
        try:
            self._behaviour.meet("POST auth/public/token", is_change=False)
            grant = body_of(request, "grant_type")["grant_type"]
            given = request.headers.get("authorization", "")
            return json_answer(self._tokens.give(grant, given))
        except NoyoError as error:
            return refused(error)
