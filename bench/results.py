"""What a benchmark prints: one JSON object a line."""

import json
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass

_BEGAN = time.monotonic()


@dataclass(frozen=True)
class Result:
    """A value of ours beside a baseline measured in the same run.

    ``target`` bounds ``ratio`` (value / baseline); ``ok`` is None where there is nothing to reach.
    """

    bench: str
    metric: str
    value: float
    unit: str
    baseline: float | None = None
    baseline_name: str = ""
    ratio: float | None = None
    target: float | None = None
    ok: bool | None = None


def compare(
    bench: str,
    metric: str,
    *,
    value: float,
    unit: str,
    baseline: float,
    baseline_name: str,
    at_least: float | None = None,
    at_most: float | None = None,
) -> Result:
    """Set a value against its baseline; one of the bounds is the target of the ratio."""
    ratio = value / baseline if baseline else 0.0
    is_high = at_least is None or ratio >= at_least
    is_low = at_most is None or ratio <= at_most
    has_target = at_least is not None or at_most is not None
    return Result(
        bench,
        metric,
        round(value, 3),
        unit,
        round(baseline, 3),
        baseline_name,
        round(ratio, 3),
        at_least if at_least is not None else at_most,
        (is_high and is_low) if has_target else None,
    )


def report(result: Result) -> bool:
    """Print a result; answer False when it misses its target."""
    print(json.dumps(asdict(result)), flush=True)
    return result.ok is not False


def note(text: str) -> None:
    """Tell the person at the terminal how far a run is."""
    print(f"{time.monotonic() - _BEGAN:5.0f} s  {text}", file=sys.stderr, flush=True)


def percentile(values: Sequence[float], percent: int) -> float:
    """The value that ``percent`` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


def median(values: Sequence[float]) -> float:
    """The middle value: what a run gives when the machine is not busy with something else."""
    return statistics.median(values)
