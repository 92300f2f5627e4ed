"""The carriers' page: what they have ready, their calendar, pay now, misbehave. Also as JSON."""

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.carriers.office import CARRIERS, MISBEHAVIOURS, Office
from sandbox.carriers.shelf import Ready
from sandbox.html import Input, Markup, fill, join, render, select
from sandbox.pages import document
from sandbox.web import HttpError, Json, Request, Response, Route, json_answer, page, see_other

HERE = "/carriers/"
WAYS = {
    "humana": "HTTPS download with a sign-in page; statements are final when they come",
    "uhc": "SFTP folder; the statement of the current month is rewritten",
    "aetna": "API with a token, pages and a limit of requests; the current month is rewritten",
}


@dataclass(frozen=True)
class Control:
    """The page and its buttons."""

    office: Office
    ready: Callable[[str], list[Ready]]

    def routes(self) -> list[Route]:
        """The addresses of the page, and of the JSON beside it for tests."""
        return [
            Route("GET", HERE, self.show),
            Route("POST", f"{HERE}advance", self.advance),
            Route("POST", f"{HERE}pay", self.pay),
            Route("POST", f"{HERE}misbehave", self.misbehave),
            Route("POST", f"{HERE}forgive", self.forgive),
            Route("GET", f"{HERE}control", self.read, is_for_machines=True),
            Route("POST", f"{HERE}control", self.change, is_for_machines=True),
        ]

    def show(self, _request: Request) -> Response:
        """Show the carriers."""
        ahead = self.office.months_ahead()
        body = render(
            "carriers/home.html",
            day=f"{self.office.today():%B %d, %Y}",
            ahead=f"{ahead} months ahead of today" if ahead else "today",
            cards=join(self._card(key, name) for key, name in CARRIERS.items()),
        )
        return page(document("Carriers", body, HERE))

    def advance(self, request: Request) -> Response:
        """Turn the calendar on by a month, or back to today."""
        is_back = request.form().get("to") == "today"
        self.office.advance(-self.office.months_ahead() if is_back else 1)
        return see_other(HERE)

    def pay(self, _request: Request) -> Response:
        """Pay the first commissions at once."""
        self.office.pay_now()
        return see_other(HERE)

    def misbehave(self, request: Request) -> Response:
        """Let a carrier misbehave."""
        form = request.form()
        self._misbehave(form.get("carrier", ""), form.get("how", ""))
        return see_other(HERE)

    def forgive(self, _request: Request) -> Response:
        """Start anew."""
        self.office.forgive()
        return see_other(HERE)

    def read(self, _request: Request) -> Response:
        """Say how things stand."""
        return json_answer(self._state())

    def change(self, request: Request) -> Response:
        """Do what the body says: forgive, advance (months), pay, misbehave ({carrier: how})."""
        wish = request.json()
        if wish.get("forgive"):
            self.office.forgive()
        if isinstance(months := wish.get("advance"), int):
            self.office.advance(months)
        for carrier, how in (wish.get("misbehave") or {}).items():
            self._misbehave(carrier, how)
        paid = self.office.pay_now() if wish.get("pay") else 0
        return json_answer(self._state() | {"paid": paid})

    def _misbehave(self, carrier: str, how: str) -> None:
        try:
            self.office.misbehave(carrier, how)
        except KeyError:
            detail = f"Choose one of {', '.join(CARRIERS)} and one of {', '.join(MISBEHAVIOURS)}."
            raise HttpError(422, "No such misbehaviour", detail) from None

    def _state(self) -> Json:
        return {
            "today": self.office.today().isoformat(),
            "months_ahead": self.office.months_ahead(),
            "misbehave": {key: self.office.misbehaviour(key) for key in CARRIERS},
            "files": {key: [one.name for one in self.ready(key)] for key in CARRIERS},
        }

    def _card(self, key: str, name: str) -> Markup:
        how = self.office.misbehaviour(key)
        files = join(
            fill(
                "<li><code>$name</code> <span class=muted>$size KB</span></li>",
                name=one.name,
                size=f"{len(one.content) / 1024:.0f}",
            )
            for one in self.ready(key)
        )
        choices = list(MISBEHAVIOURS.items())
        return render(
            "carriers/carrier.html",
            key=key,
            name=name,
            way=WAYS[key],
            files=files,
            how=select(Input("how", f"How {name} behaves"), choices, how),
        )
