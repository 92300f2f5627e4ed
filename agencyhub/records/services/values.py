"""Texts from outside, put to the agency's lists: what they mean, or a question to somebody."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext
from psycopg.types.json import Jsonb

from agencyhub.lib.text import tidy
from agencyhub.records.kinds import KINDS, Source
from agencyhub.records.unknown import MAX_TEXT, UnknownValue, ValueMention

EXAMPLES_KEPT = 5
MAX_LABEL = 120

_KEYS = """
SELECT text, coalesce(nullif(name_key(text), ''), lower(text)) FROM unnest(%s::text[]) AS text
"""
# In the order of the keys, so that two readings at once cannot wait for each other. A value
# that was mapped, and means nothing any more, is asked about again.
_ASK = """
INSERT INTO records_unknownvalue
    (kind, within_id, text, state, first_seen_at, last_seen_at)
SELECT %(kind)s, %(within_id)s, text, 'open', now(), now()
FROM unnest(%(texts)s::text[], %(keys)s::text[]) AS asked (text, key) ORDER BY key
ON CONFLICT (kind, within_id, key) DO UPDATE SET
    state = CASE WHEN records_unknownvalue.state = 'ignored' THEN 'ignored' ELSE 'open' END,
    last_seen_at = now()
RETURNING id, key, state
"""
_COUNT = """
INSERT INTO records_valuemention
    (value_id, source, label, url, times, examples, first_seen_at, last_seen_at)
SELECT value_id, %(source)s, %(label)s, %(url)s, times, examples, now(), now()
FROM unnest(%(ids)s::bigint[], %(times)s::bigint[], %(examples)s::jsonb[])
    AS met (value_id, times, examples) ORDER BY value_id
ON CONFLICT (value_id, source) DO UPDATE SET
    times = excluded.times, examples = excluded.examples, label = excluded.label,
    url = excluded.url, last_seen_at = now()
"""

Examples = Mapping[str, Sequence[Sequence[str]]]


@dataclass(frozen=True)
class Resolution:
    """What became of each text, written as the caller wrote it; blank texts are nowhere.

    ``ignored`` texts count as blank, because somebody said so.
    """

    known: dict[str, int] = field(default_factory=dict)
    ignored: set[str] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)


def resolve(
    *,
    kind: str,
    texts: Mapping[str, int] | Iterable[str],
    source: Source | None,
    within_id: int = 0,
    examples: Examples | None = None,
) -> Resolution:
    """Say what texts mean in a list of ``kind``, and ask about those that nobody knows.

    ``texts`` are distinct texts with how often each was met, or texts to be counted. What
    ``source`` says replaces what it said before, so reading the same twice counts once; None asks
    and counts nothing. A few statements however many texts; keep the transaction short.
    """
    counts = texts if isinstance(texts, Mapping) else Counter(texts)
    spellings = _by_key(counts)
    wanted = {key: _tidied(found[0]) for key, found in spellings.items()}
    found = KINDS[kind].find(wanted, within_id=within_id) if wanted else {}
    missing = {key: text for key, text in wanted.items() if key not in found}
    states = _ask(kind, within_id, missing, source=source) if missing else {}
    if source is not None and states:
        _count(source, states, spellings, counts, examples or {})
    answer = Resolution()
    for key, written in spellings.items():
        if key in found:
            answer.known.update(dict.fromkeys(written, found[key]))
        elif key in states and states[key][1] == UnknownValue.State.IGNORED:
            answer.ignored.update(written)
        else:
            answer.unknown.update(written)
    return answer


@transaction.atomic
def forget(*, source_key: str) -> None:
    """Take back what a source asked: it was discarded or undone. Questions of others stay."""
    mentions = ValueMention.objects.filter(source=source_key)
    asked = list(mentions.values_list("value_id", flat=True))
    mentions.delete()
    still_open = UnknownValue.objects.filter(pk__in=asked, state=UnknownValue.State.OPEN)
    still_open.filter(mentions=None).delete()


def question(kind: str, text: str) -> str:
    """Say, where a row is refused, what is unknown and where to settle it."""
    plural = KINDS[kind].plural
    return gettext(
        "“%(text)s” is not among the %(plural)s. Map it under Settings › Unknown values."
    ) % {"text": text, "plural": plural}


def _tidied(text: str) -> str:
    return tidy(text)[:MAX_TEXT].strip()


def _by_key(counts: Mapping[str, int]) -> dict[str, list[str]]:
    """The texts by key, each key's commonest spelling first."""
    tidied = {text: _tidied(text) for text in counts}
    with connection.cursor() as cursor:
        cursor.execute(_KEYS, [list({one for one in tidied.values() if one})])
        keys = dict(cursor.fetchall())
    spellings: dict[str, list[str]] = {}
    for text in sorted(counts, key=lambda text: (-counts[text], text)):
        if tidied[text]:
            spellings.setdefault(keys[tidied[text]], []).append(text)
    return spellings


def _ask(
    kind: str, within_id: int, missing: Mapping[str, str], *, source: Source | None
) -> dict[str, tuple[int, str]]:
    """Find or open the questions: pk and state by key."""
    if source is None:
        rows = UnknownValue.objects.filter(kind=kind, within_id=within_id, key__in=list(missing))
        return {key: (pk, state) for pk, key, state in rows.values_list("pk", "key", "state")}
    asked: dict[str, Any] = {
        "kind": kind,
        "within_id": within_id,
        "texts": list(missing.values()),
        "keys": list(missing),
    }
    with connection.cursor() as cursor:
        cursor.execute(_ASK, asked)
        return {key: (pk, state) for pk, key, state in cursor.fetchall()}


def _count(
    source: Source,
    states: Mapping[str, tuple[int, str]],
    spellings: Mapping[str, list[str]],
    counts: Mapping[str, int],
    examples: Examples,
) -> None:
    ids, times, places = [], [], []
    for key, (pk, _) in states.items():
        written = spellings[key]
        ids.append(pk)
        times.append(sum(counts[text] for text in written))
        met = [list(one) for text in written for one in examples.get(text, ())]
        places.append(Jsonb(met[:EXAMPLES_KEPT]))
    said = {"source": source.key, "label": source.label[:MAX_LABEL], "url": source.url}
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {**said, "ids": ids, "times": times, "examples": places})
