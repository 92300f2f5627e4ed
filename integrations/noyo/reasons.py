"""What speaks for a link of two plans or units, and what against it. Pure."""

from collections.abc import Mapping
from enum import StrEnum


class Why(StrEnum):
    """What speaks for or against a pair. Stored: never renamed."""

    CODE_SAME = "code_same"
    CODE_OTHER = "code_other"
    NAME_SAME = "name_same"
    NAME_ALIKE = "name_alike"
    NAME_OTHER = "name_other"
    TYPE_SAME = "type_same"
    TYPE_OTHER = "type_other"
    NETWORK_SAME = "network_same"
    METAL_SAME = "metal_same"
    METAL_OTHER = "metal_other"
    VOLUNTARY_SAME = "voluntary_same"
    VOLUNTARY_OTHER = "voluntary_other"
    LEVEL_OTHER = "level_other"
    AMOUNT_OTHER = "amount_other"
    MEMBERS_SAME = "members_same"
    MEMBERS_PART = "members_part"
    START_SAME = "start_same"
    ONLY_ONE = "only_one"
    BEST_OF_BOTH = "best_of_both"
    TAKEN = "taken"
    CARRIED = "carried"
    KIND_SAME = "kind_same"
    STATE_SAME = "state_same"


AGAINST = frozenset({
    Why.CODE_OTHER, Why.NAME_OTHER, Why.TYPE_OTHER, Why.METAL_OTHER, Why.VOLUNTARY_OTHER,
    Why.LEVEL_OTHER, Why.AMOUNT_OTHER, Why.TAKEN,
})  # fmt: skip
CONTRADICTIONS = AGAINST - {Why.NAME_OTHER, Why.TAKEN}
POINTS: Mapping[Why, float] = {
    Why.CODE_SAME: 0.6, Why.CODE_OTHER: -0.05,
    Why.TYPE_SAME: 0.12, Why.TYPE_OTHER: -0.25,
    Why.NETWORK_SAME: 0.08,
    Why.METAL_SAME: 0.12, Why.METAL_OTHER: -0.25,
    Why.VOLUNTARY_SAME: 0.08, Why.VOLUNTARY_OTHER: -0.15,
    Why.LEVEL_OTHER: -0.2, Why.AMOUNT_OTHER: -0.2,
    Why.MEMBERS_SAME: 0.05, Why.START_SAME: 0.03,
    Why.ONLY_ONE: 0.25, Why.BEST_OF_BOTH: 0.1, Why.TAKEN: -0.1, Why.CARRIED: 0.5,
}  # fmt: skip
