"""Premier Partners' side: the carriers tell policy and payment statuses through three doors."""

import hmac

from sandbox.carriers.office import CARRIERS
from sandbox.html import Input, Markup, badge, field, join, render
from sandbox.pages import document
from sandbox.partner import Context
from sandbox.plancompare.outbox import Answer
from sandbox.premier import ledger, settings
from sandbox.premier.push import Pusher
from sandbox.web import HttpError, Request, Response, Route, json_answer, page, see_other

HERE = "/premier/"
API = f"{HERE}{{carrier}}/api/v1/statuses"
PAGE = 50
TONES = {"paid": "good", "ahead": "good", "missed": "bad", "cancelled": "bad", "new": "busy"}
HUB = "http://127.0.0.1:8000"


class Premier:
    """The page where payments are made and missed, the push, and the API that can be asked."""

    name = "Premier Partners"
    url = HERE

    def __init__(self, context: Context) -> None:
        self._store, options = context.store, context.options
        self._today, self._token = options.today, options.carrier_password
        key = options.api_key.strip()
        self.pusher = Pusher(
            context.store,
            hub=(options.hub or HUB).rstrip("/"),
            api_key=f"{key}.premier" if key else "",
            today=options.today,
            timeout=options.timeout_seconds,
        )

    def routes(self) -> list[Route]:
        """The page, its buttons, the API, and the JSON beside the page for tests."""
        return [
            Route("GET", HERE, self.show),
            Route("POST", f"{HERE}push", self.push),
            Route("POST", f"{HERE}pay", self.pay),
            Route("POST", f"{HERE}settings", self.set),
            Route("GET", f"{HERE}control", self.read, is_for_machines=True),
            Route("POST", f"{HERE}control", self.change, is_for_machines=True),
            Route("GET", API, self.statuses, is_for_machines=True),
        ]

    def card(self, base_url: str) -> Markup:
        """Say what to enter in AgencyHub."""
        api = f"{base_url}{API.format(carrier='aetna')}"
        return render("premier/card.html", api=api)

    def start(self) -> None:
        """Begin to push by schedule."""
        self.pusher.start()

    def stop(self) -> None:
        """Push no more."""
        self.pusher.stop()

    def show(self, _request: Request) -> Response:
        """Show every carrier's policies and how their payments stand."""
        cards = join(self._card(key, name) for key, name in CARRIERS.items())
        return page(document("Premier Partners", render("premier/home.html", cards=cards), HERE))

    def push(self, request: Request) -> Response:
        """Tell a carrier's statuses now."""
        self.pusher.push(_carrier(request.form().get("carrier", "")))
        return see_other(HERE)

    def pay(self, request: Request) -> Response:
        """Let somebody pay, or miss a payment; the next statement tells it."""
        form = request.form()
        self._pay(form.get("policy_number", ""), form.get("state", ""))
        return see_other(HERE)

    def set(self, request: Request) -> Response:
        """Change how a carrier tells its statuses; an empty key keeps the one that is there."""
        form = request.form()
        changes = {name: value for name, value in form.items() if value or name == "minutes"}
        self._set(_carrier(changes.pop("carrier", "")), changes)
        return see_other(HERE)

    def read(self, _request: Request) -> Response:
        """Say how things stand."""
        return json_answer(
            {
                key: [[one.number, one.state] for one in ledger.accounts(self._store, key)]
                for key in CARRIERS
            }
        )

    def change(self, request: Request) -> Response:
        """Do what the body says: settings ({carrier: …}), pay ({number: state}), push [carrier]."""
        wish = request.json()
        for carrier, changes in (wish.get("settings") or {}).items():
            self._set(_carrier(carrier), changes)
        for number, state in (wish.get("pay") or {}).items():
            self._pay(number, state)
        answers = [one for key in wish.get("push") or [] for one in self.pusher.push(_carrier(key))]
        return json_answer({"answers": [_told(one) for one in answers]})

    def statuses(self, request: Request, carrier: str) -> Response:
        """Answer a page of a carrier's statuses."""
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not self._token or not hmac.compare_digest(given.encode(), self._token.encode()):
            raise HttpError(401, "Unauthorized", "The token is not known.")
        rows = ledger.statement(self._store, _carrier(carrier), self._today())
        start = request.query.get("cursor", "0")
        at = int(start) if start.isdecimal() else 0
        as_of = request.query.get("as_of") or ledger.now()
        more = f"?cursor={at + PAGE}&as_of={as_of.replace('+', '%2B')}"
        following = f"{request.path}{more}" if at + PAGE < len(rows) else None
        return json_answer({"as_of": as_of, "rows": rows[at : at + PAGE], "next": following})

    def _pay(self, number: str, state: str) -> None:
        try:
            ledger.change(self._store, number, state)
        except KeyError:
            detail = f"Choose one of {', '.join(ledger.STATES)}."
            raise HttpError(422, "No such state", detail) from None

    def _set(self, carrier: str, changes: dict[str, object]) -> None:
        try:
            settings.change(self._store, carrier, changes)
        except ValueError as error:
            raise HttpError(422, "This makes no sense", str(error)) from None

    def _card(self, key: str, name: str) -> Markup:
        mine = settings.of(self._store, key)
        rows = join(_line(one) for one in ledger.accounts(self._store, key))
        nobody = Markup("<tr><td colspan=4 class=muted>Nobody is enrolled here yet.</td></tr>")
        fields = [
            field(Input("slug", "Name in AgencyHub’s address"), mine.slug),
            field(Input("api_key", "API key", kind="password", hint="Empty keeps it.")),
            field(Input("minutes", "Push every … minutes, 0 by hand", kind="number"), mine.minutes),
        ]
        return render(
            "premier/carrier.html",
            key=key,
            name=name,
            rows=rows or nobody,
            told=self._store.setting(f"premier_told_{key}") or "Not told yet",
            fields=join(fields),
        )


def _line(account: ledger.Account) -> Markup:
    return render(
        "premier/line.html",
        number=account.number,
        person=f"{account.enrolled.first_name} {account.enrolled.last_name}",
        effective=f"{account.enrolled.effective_date:%m/%d/%Y}",
        state=badge(ledger.STATES[account.state], TONES[account.state]),
    )


def _carrier(key: str) -> str:
    if key not in CARRIERS:
        raise HttpError(404, "No such carrier", f"There are {', '.join(CARRIERS)}.")
    return key


def _told(answer: Answer) -> dict[str, object]:
    return {"status": answer.status, "state": answer.state, "message_id": answer.message_id}
