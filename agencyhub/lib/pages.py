"""Answers of server-rendered pages: the whole page, one fragment of it, or a redirect."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from agencyhub.lib.errors import DomainError

View = TypeVar("View", bound=Callable[..., HttpResponse])


class HtmxRequest(HttpRequest):
    """A request that the htmx middleware has seen."""

    htmx: HtmxDetails
    user: Any  # an accounts.User wherever a sign-in is required


def wants_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part: boosted links and history restores get the whole page."""
    htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined]
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def render_page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any],
    *,
    fragment: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the page, or its ``fragment`` (a ``partialdef``) when htmx asks for a part."""
    if fragment and wants_fragment(request):
        template = f"{template}#{fragment}"
    response = render(request, template, dict(context), status=status)
    patch_vary_headers(response, ["HX-Request", "HX-Boosted"])
    return response


def redirect_page(request: HttpRequest, to: Any, *args: Any, **kwargs: Any) -> HttpResponse:
    """Redirect the browser, also out of an htmx request."""
    response: HttpResponseRedirect = redirect(to, *args, **kwargs)
    if wants_fragment(request):
        return HttpResponseClientRedirect(response.url)
    return response


def asked_back(request: HttpRequest) -> str:
    """Where a form was opened from, as ``?next=`` says; blank unless that is an address of ours.

    The form posts to its own address, so that it is still there when the form is saved.
    """
    wanted = request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else ""


@contextmanager
def telling(request: HttpRequest, done: str) -> Iterator[None]:
    """Say on the next page that what the block does is ``done``, or why it was refused."""
    try:
        yield
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, done)


def reads_only(view: View) -> View:
    """Mark a view that changes nothing although it is posted to, such as a private search.

    It stays open to somebody who views the product as another user. Put it outermost.
    """
    view.reads_only = True  # type: ignore[attr-defined]
    return view
