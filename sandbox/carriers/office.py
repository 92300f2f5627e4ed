"""The carriers' calendar, what they pay out of turn, and how each misbehaves: kept in the store."""

from collections.abc import Callable
from datetime import date

from sandbox import enrolled
from sandbox.carriers import pay
from sandbox.carriers.members import carrier_of
from sandbox.store import Store

CARRIERS = {"humana": "Humana", "uhc": "UnitedHealthcare", "aetna": "Aetna"}
MISBEHAVIOURS = {
    "none": "Behaves well",
    "down": "Is down",
    "refuses": "Refuses every sign-in",
    "half": "Breaks off in the middle of each file",
    "header": "Has renamed a column of its statements",
    "copy": "Has the last statement twice, under two names",
    "empty": "Has a last statement without a byte",
}
FURTHEST_MONTHS = 24
_AHEAD, _EARLY, _BEHAVIOUR = "carriers_ahead", "carriers_paid_early", "carriers_misbehave"


class Office:
    """What people decide about the carriers of the sandbox; every thread may use it."""

    def __init__(self, store: Store, real_today: Callable[[], date]) -> None:
        self._store = store
        self.real_today = real_today

    def today(self) -> date:
        """The carriers' day: the real one, or the first of a month ahead of it."""
        today, ahead = self.real_today(), self.months_ahead()
        if not ahead:
            return today
        return date.fromisoformat(f"{pay.after(pay.month_of(today), ahead)}-01")

    def months_ahead(self) -> int:
        """How many months the carriers' calendar is ahead."""
        return int(self._store.setting(_AHEAD) or 0)

    def advance(self, months: int = 1) -> date:
        """Turn the carriers' calendar on, or back with a negative number; answer their day."""
        with self._store.transaction():
            ahead = min(max(self.months_ahead() + months, 0), FURTHEST_MONTHS)
            self._store.keep_setting(_AHEAD, ahead)
        return self.today()

    def paid_early(self) -> dict[str, tuple[str, int]]:
        """The month of each application that is paid out of turn, and in which round."""
        kept = self._store.setting(_EARLY) or {}
        return {number: (month, turn) for number, (month, turn) in kept.items()}

    def pay_now(self) -> int:
        """Pay the first commission of whoever is not paid yet, in a round of its own."""
        month = pay.month_of(self.today())
        with self._store.transaction():
            early = self.paid_early()
            turn = 1 + max((turn for _, turn in early.values()), default=0)
            waiting = [
                each.confirmation_number
                for each in enrolled.every(self._store)
                if carrier_of(each.carrier)
                and each.confirmation_number not in early
                and pay.after(pay.month_of(each.effective_date)) > month
            ]
            paid = dict.fromkeys(waiting, (month, turn))
            self._store.keep_setting(_EARLY, early | paid)
        return len(waiting)

    def misbehaviour(self, carrier: str) -> str:
        """How a carrier misbehaves; ``none`` if it does not."""
        return str((self._store.setting(_BEHAVIOUR) or {}).get(carrier, "none"))

    def misbehave(self, carrier: str, how: str) -> None:
        """Let a carrier misbehave, or behave again with ``none``.

        Raises:
            KeyError: there is no such carrier or misbehaviour.
        """
        if carrier not in CARRIERS or how not in MISBEHAVIOURS:
            raise KeyError
        with self._store.transaction():
            now = self._store.setting(_BEHAVIOUR) or {}
            self._store.keep_setting(_BEHAVIOUR, now | {carrier: how})

    def forgive(self) -> None:
        """Start anew: today's calendar, nothing out of turn, everybody behaves."""
        with self._store.transaction():
            for name in (_AHEAD, _EARLY, _BEHAVIOUR):
                self._store.keep_setting(name, None)
