"""A search as a condition on people's own columns: for a few people, whoever they are.

Says the same as the terms do (``models.terms``), without an index.
"""

from collections.abc import Iterable

from agencyhub.lib.crypto import blind_index
from individuals.models import MBI_INDEX, Individual, Person
from individuals.searching import Query, Split
from individuals.searching_hits import AREA_DIGITS, LAST_FOUR, LOCAL_DIGITS, PHONES
from individuals.selectors_search.parts import Params, Part

Condition = tuple[str, Params]
NOBODY: Condition = ("false", ())
_REST = r"name_key(substring({name} from '[\s-]+(.*)$'))"
_LAST_WORD = r"name_key(substring({name} from '[\s-]([^\s-]+)$'))"
_IS_LONG = r"{name} ~ '[\s-]\S'"
_FIRST, _LAST = "first_name_key", "last_name_key"
# Another name of somebody, the key that stands beside it, and when there is one.
_ALIASES = (
    ("name_key(nickname)", _LAST, "nickname <> ''"),
    (_REST.format(name="first_name"), _LAST, _IS_LONG.format(name="first_name")),
    (_REST.format(name="last_name"), _FIRST, _IS_LONG.format(name="last_name")),
    (_LAST_WORD.format(name="last_name"), _FIRST, _IS_LONG.format(name="last_name")),
)


def fitting(model: type[Person], query: Query) -> Part:
    """Those whom a search finds, but for mistyped names."""
    if query.mbi:
        return with_mbi(query)
    wanted = [
        _starts("lower(email)", query.email),
        ("mbi_tail = %s", [query.mbi_tail]) if query.mbi_tail else NOBODY,
    ]
    if query.names:
        named = _any(_called(split) for split in query.names)
        wanted.append(_every(named, beside(model, query)))
    else:
        wanted += [with_phone(query.phone), born(query)]
    return Part(*_any(wanted))


def with_mbi(query: Query) -> Part:
    """Those with exactly this MBI, found through the blind index."""
    return Part("mbi_index = %s", [blind_index(query.mbi, purpose=MBI_INDEX)])


def born(query: Query) -> Condition:
    """Born on the day, or in the year, that was typed."""
    return ("date_of_birth BETWEEN %s AND %s", query.born) if query.born else NOBODY


def beside(model: type[Person], query: Query) -> Condition:
    """What has to be true of people beside their name; one of it is enough."""
    if not query.is_narrowed:
        return "true", ()
    return _any([with_phone(query.phone), born(query), _lives(model, query.zip_code)])


def with_phone(digits: str) -> Condition:
    """With a number one of whose parts starts so, or that ends so."""
    if not digits:
        return NOBODY
    wanted = []
    for name, _label in PHONES:
        wanted.append(_starts(name, digits))
        if len(digits) <= LOCAL_DIGITS:
            wanted.append(_starts(f"substr({name}, {AREA_DIGITS + 1})", digits))
        if len(digits) <= LAST_FOUR:
            wanted.append(_starts(f"right({name}, {LAST_FOUR})", digits))
        else:
            wanted.append((f"{name} LIKE %s", [f"%{digits}"]))
    return _any(wanted)


def _lives(model: type[Person], zip_code: str) -> Condition:
    if not zip_code:
        return NOBODY
    if model is not Individual:
        return _starts("zip_code", zip_code)
    homes = (
        "EXISTS (SELECT FROM individuals_address AS home WHERE home.individual_id"
        " = individuals_individual.id AND home.is_primary AND home.zip_code LIKE %s)"
    )
    return homes, [f"{zip_code}%"]


def _called(split: Split) -> Condition:
    """Named so, by the names themselves, a nickname or a later word of a name."""
    first, last = _starts(_FIRST, split.first), _starts(_LAST, split.last)
    ways = [_every(*(part for part in (first, last) if part != NOBODY))]
    for alias, other, condition in _ALIASES:
        own, beside_it = (split.first, last) if other == _LAST else (split.last, first)
        if own:
            parts = [(condition, ()), _starts(alias, own)]
            ways.append(_every(*parts, *([beside_it] if beside_it != NOBODY else [])))
    return _any(ways)


def _starts(expression: str, text: str) -> Condition:
    return (f"{expression} LIKE %s", [f"{escaped(text)}%"]) if text else NOBODY


def escaped(text: str) -> str:
    """A text in which LIKE finds nothing special."""
    return text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


def _any(conditions: Iterable[Condition]) -> Condition:
    return _joined(" OR ", [one for one in conditions if one != NOBODY] or [NOBODY])


def _every(*conditions: Condition) -> Condition:
    return _joined(" AND ", conditions)


def _joined(word: str, conditions: Iterable[Condition]) -> Condition:
    some = list(conditions)
    text = word.join(condition for condition, _ in some)
    return f"({text})", [value for _, values in some for value in values]
