"""HealthSherpa as a partner of the sandbox: its site, its pusher, its settings."""

import threading
from typing import Any

from sandbox.healthsherpa import deliveries, midnight, settings, submissions, views
from sandbox.healthsherpa.push import Pusher
from sandbox.healthsherpa.settings import Settings, SettingsError
from sandbox.healthsherpa.site import HERE, Site
from sandbox.html import Markup, render
from sandbox.pages import document
from sandbox.partner import Context
from sandbox.web import HttpError, Request, Response, Route, json_answer, page, see_other

SETTING = "healthsherpa_settings"
CONTROL = "/healthsherpa/control"


class HealthSherpa:
    """Medicare enrollments, pushed to AgencyHub; asks ComTrack at night."""

    name = "HealthSherpa"
    url = HERE

    def __init__(self, context: Context):
        self._store = context.store
        self._lock = threading.Lock()
        key = context.options.api_key.strip()
        # The demo knows these keys: one for each scope, made of the sandbox's own.
        self._api_key = f"{key}.healthsherpa" if key else ""
        self._comtrack_key = f"{key}.comtrack" if key else ""
        for tables in (submissions.TABLES, deliveries.TABLES, midnight.TABLES):
            self._store.add_tables(tables)
        kept = self._store.setting(SETTING) or {}
        if context.options.hub:
            kept |= {"hub": context.options.hub}
        self._settings = settings.change(Settings(), kept)
        timeout = context.options.timeout_seconds
        self._pusher = Pusher(self._store, self.settings, self.api_key, timeout)
        self._site = Site(self._store, self, context.options.today, self._pusher.wake, timeout)

    def settings(self) -> Settings:
        """The settings of this moment."""
        return self._settings

    def api_key(self) -> str:
        """The key sent to AgencyHub's webhook; it is never written down."""
        return self._api_key

    def comtrack_key(self) -> str:
        """The key for ComTrack's query."""
        return self._comtrack_key

    def change(self, changes: dict[str, Any]) -> None:
        """Change settings and remember them.

        Raises:
            SettingsError: a setting makes no sense; none was changed.
        """
        with self._lock:
            self._settings = settings.change(self._settings, changes)
            self._store.keep_setting(SETTING, settings.as_json(self._settings))

    def routes(self) -> list[Route]:
        """The site's and the control page's addresses."""
        return [
            *self._site.routes(),
            Route("GET", CONTROL, self.show_control),
            Route("POST", CONTROL, self.save_control),
            Route("POST", f"{CONTROL}/keys", self.save_keys),
            Route("POST", "/healthsherpa/api/settings", self.save_api, is_for_machines=True),
        ]

    def card(self, base_url: str) -> Markup:
        """Say what HealthSherpa needs of AgencyHub."""
        return render("healthsherpa/card.html", webhook=self._settings.webhook)

    def start(self) -> None:
        """Begin to push."""
        self._pusher.start()

    def stop(self) -> None:
        """End pushing."""
        self._pusher.stop()

    def show_control(self, request: Request) -> Response:
        """How submissions are delivered."""
        return self._control_page({}, "Saved." if "saved" in request.query else "")

    def save_control(self, request: Request) -> Response:
        """Save the page's settings."""
        form = request.form()
        changes: dict[str, Any] = {
            "envelope": form.get("envelope", ""),
            "casing": form.get("casing", ""),
            "copies": int(form["copies"]) if form.get("copies", "").isdigit() else 0,
            "delay_seconds": _number(form.get("delay_seconds", "")),
            "retry_scale": _number(form.get("retry_scale", "")),
            "only_name": form.get("only_name") == "on",
        }
        try:
            self.change(changes)
        except SettingsError as error:
            return self._control_page(error.errors, "", 422)
        return see_other(f"{CONTROL}?saved=1")

    def save_keys(self, request: Request) -> Response:
        """Take what the agency mailed: the webhook's address and the keys."""
        form = request.form()
        webhook = form.get("webhook", "").strip().removesuffix("/")
        try:
            self.change({"hub": webhook.removesuffix("/hooks/healthsherpa")})
        except SettingsError as error:
            return self._control_page(error.errors, "", 422)
        self._api_key = form.get("api_key", "").strip() or self._api_key
        self._comtrack_key = form.get("comtrack_key", "").strip() or self._comtrack_key
        return see_other(f"{CONTROL}?saved=1")

    def save_api(self, request: Request) -> Response:
        """The same for tests, as JSON; ``api_key`` and ``comtrack_key`` too."""
        changes = request.json()
        self._api_key = str(changes.pop("api_key", self._api_key))
        self._comtrack_key = str(changes.pop("comtrack_key", self._comtrack_key))
        try:
            self.change(changes)
        except SettingsError as error:
            listed = [{"field": name, "detail": words} for name, words in error.errors.items()]
            raise HttpError(422, "This cannot be done", str(error), errors=listed) from None
        return json_answer(settings.as_json(self._settings))

    def _control_page(self, errors: dict[str, str], news: str, status: int = 200) -> Response:
        body = views.control(self._settings, errors, news, has_key=bool(self._api_key))
        return page(document("HealthSherpa control", body, HERE), status)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return -1.0
