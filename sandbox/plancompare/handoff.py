"""Read a hand-off from AgencyHub, as strictly as PlanCompare does. Pure rules."""

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.plancompare import profile
from sandbox.plancompare.behaviour import HANDOFF_FIELDS, PLAN_YEARS, Behaviour
from sandbox.web import HttpError

RECORD_TYPES = {"individual": "Individual", "sales_record": "Sales Record"}
PROFILE_FIELDS = {name: name for name in profile.LABELS if name in HANDOFF_FIELDS} | {
    "phone": "home_phone"
}


@dataclass(frozen=True)
class HandOff:
    """A person sent over: whose record it is and what of the profile came along."""

    partner_id: str
    username: str
    record_type: str
    record_id: str
    plan_year: int
    profile: dict[str, str]
    unknown_fields: tuple[str, ...]


def refuse_closed_year(plan_year: str, behaviour: Behaviour) -> int:
    """Read the plan year of an SSO link.

    Raises:
        HttpError: 410 for the link of an earlier year, 404 for one that never was.
    """
    year = int(plan_year) if plan_year.isascii() and plan_year.isdigit() else 0
    if year in behaviour.open_years:
        return year
    if year in PLAN_YEARS and year < max(behaviour.open_years):
        detail = (
            f"This link is outdated: it was for plan year {year}. SSO links change every "
            "enrollment period; ask PlanCompare Client Services for the new one."
        )
        raise HttpError(410, "This page cannot be loaded", detail)
    detail = "This SSO link is not valid. Check it with PlanCompare Client Services."
    raise HttpError(404, "This page cannot be loaded", detail)


def read_handoff(form: Mapping[str, str], plan_year: int, behaviour: Behaviour) -> HandOff:
    """Check a hand-off form; a profile value left out is not in the result.

    Raises:
        HttpError: 403 for a foreign Partner ID or username, 422 for data that cannot be loaded.
    """
    sent = {name: form[wire] for name, wire in _wire_names(behaviour) if wire in form}
    unknown = tuple(sorted(set(form) - {wire for _, wire in _wire_names(behaviour)}))
    _refuse_strangers(sent, behaviour)
    _refuse_lost_record(sent, plan_year, behaviour)
    _refuse_bad_profile(sent, unknown, behaviour)
    return HandOff(
        partner_id=sent["partner_id"],
        username=sent["username"],
        record_type=sent["record_type"],
        record_id=sent["record_id"],
        plan_year=plan_year,
        profile={ours: sent[name][:200] for name, ours in PROFILE_FIELDS.items() if name in sent},
        unknown_fields=unknown,
    )


def _wire_names(behaviour: Behaviour) -> list[tuple[str, str]]:
    return [(name, behaviour.field_name(name)) for name in HANDOFF_FIELDS]


def _refuse_strangers(sent: Mapping[str, str], behaviour: Behaviour) -> None:
    if sent.get("partner_id") != behaviour.partner_id:
        detail = "The Partner ID is missing or is not the one of this PlanCompare site."
        raise HttpError(403, "This page cannot be loaded", detail)
    if not sent.get("username") or not behaviour.knows_username(sent["username"]):
        detail = (
            "The PlanCompare username is missing or not known here. A username just created "
            "may need a day before it works."
        )
        raise HttpError(403, "This page cannot be loaded", detail)


def _refuse_lost_record(sent: Mapping[str, str], plan_year: int, behaviour: Behaviour) -> None:
    if sent.get("record_type") not in RECORD_TYPES or not sent.get("record_id"):
        detail = "The hand-off does not say which record it comes from (record type and id)."
        raise _failed(detail, "record_id", behaviour)
    if sent.get("plan_year", str(plan_year)) != str(plan_year):
        detail = f"The link is for plan year {plan_year}, the hand-off for another one."
        raise _failed(detail, "plan_year", behaviour)


def _refuse_bad_profile(
    sent: Mapping[str, str], unknown: tuple[str, ...], behaviour: Behaviour
) -> None:
    zip_code = sent.get("zip", "")
    if not profile.is_zip(zip_code):
        raise _failed(_zip_words(zip_code, unknown), "zip", behaviour)
    for name in profile.DATES:
        if sent.get(name) and not profile.is_date(sent[name]):
            detail = f"{profile.LABELS[name]} is not a date written YYYY-MM-DD."
            raise _failed(detail, name, behaviour)
    if sent.get("phone") and not (sent["phone"].isascii() and sent["phone"].isdigit()):
        detail = "The phone number has other characters than digits."
        raise _failed(detail, "phone", behaviour)


def _zip_words(zip_code: str, unknown: tuple[str, ...]) -> str:
    if not zip_code:
        words = "The zip code is missing."
        if unknown:
            words += f" Fields that came but are not known here: {', '.join(unknown)[:300]}."
        return words
    if zip_code != zip_code.strip():
        return "The zip code has spaces before or after its digits. Remove them and send again."
    return "The zip code must have 5 or 9 digits."


def _failed(detail: str, name: str, behaviour: Behaviour) -> HttpError:
    error = {"field": behaviour.field_name(name), "detail": detail}
    return HttpError(422, "Profile failed to load", detail, errors=[error])
