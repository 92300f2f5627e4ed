"""What one reading of a group found otherwise than the reading before. Pure."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class FieldChange:
    """One field of a plan or an option, before and after, as texts; "" is blank, or none."""

    field: str
    before: str
    after: str


@dataclass
class Changes:
    """What is new, other or gone; all of it blank when nothing changed.

    Plans and plan years go by Noyo's IDs, options by our keys, carriers by those of
    ``NoyoCarrier``. ``plan_years`` are new or changed ones. ``first_connection`` are the carriers
    that are connected since the last reading.
    """

    plans: dict[str, list[FieldChange]] = field(default_factory=dict)
    new_plans: set[str] = field(default_factory=set)
    gone_plans: set[str] = field(default_factory=set)
    options: dict[int, list[FieldChange]] = field(default_factory=dict)
    new_options: set[int] = field(default_factory=set)
    gone_options: set[int] = field(default_factory=set)
    plan_years: set[str] = field(default_factory=set)
    first_connection: set[int] = field(default_factory=set)

    def __bool__(self) -> bool:
        """Whether there is anything to look at."""
        return any(vars(self).values())
