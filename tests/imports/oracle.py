"""What an import of individuals and policies should do, said slowly: one row after the other.

A record is a dict by field; MBIs are full texts, or ``*1234`` where only the end is known.
"""

from dataclasses import dataclass, field

PERSON = ("first_name", "last_name", "date_of_birth", "cell_phone")
POLICY = ("policy_number", "policy_status", "coverage_type", "effective_date", "termination_date")
POLICY_FIELDS = ("carrier", *POLICY)


@dataclass
class Book:
    """People and policies by number; a policy knows its ``subscriber``."""

    people: dict = field(default_factory=dict)
    policies: dict = field(default_factory=dict)


def full(mbi):
    return mbi if mbi and not mbi.startswith("*") else None


def tail(mbi):
    return mbi[-4:] if mbi else None


def may_be_one(a, b):
    """Whether two people's MBIs do not tell them apart."""
    both_full = full(a) and full(b)
    return (not both_full or full(a) == full(b)) and (not a or not b or tail(a) == tail(b))


def name_of(one):
    keys = ("last_name", "first_name", "date_of_birth")
    return tuple(one.get(key) for key in keys) if all(one.get(key) for key in keys) else None


def number_of(one):
    keys = ("carrier", "policy_number")
    return tuple(one.get(key) for key in keys) if all(one.get(key) for key in keys) else None


class Oracle:
    """Decides the rows of one file against a book, in the mode “add and update”."""

    def __init__(self, book, rows):
        self.book, self.rows = book, rows
        self.people = {pk: dict(one) for pk, one in book.people.items()}
        self.policies = {pk: dict(one) for pk, one in book.policies.items()}
        self.outcome = {}
        self.decide()

    def decide(self):
        rows = dict(enumerate(self.rows))
        twins = {}
        for at, row in rows.items():
            twins.setdefault(tuple(sorted(row.items())), []).append(at)
        first = {at: ats[0] for ats in twins.values() for at in ats}
        left = [at for at in rows if first[at] == at and self.is_readable(at)]
        person = self.find_people(left)
        left = [at for at in left if person[at] is not None]
        policy = self.find_policies(left, person)
        left = [at for at in left if at in policy]
        while True:
            bad = self.incomplete(left, person, policy) or self.apply(left, person, policy)
            if not bad:
                break
            left = [at for at in left if at not in bad]
        for at in rows:
            if first[at] != at:
                self.outcome[at] = "same" if self.outcome.get(first[at]) else None
            self.outcome.setdefault(at, None)

    def is_readable(self, at):
        row = self.rows[at]
        start, end = row.get("effective_date"), row.get("termination_date")
        return bool(row.get("first_name") and row.get("last_name")) and not (
            start and end and end < start
        )

    def find_people(self, left):
        """Number of the person that each row means: below zero for new ones, None for unclear."""
        found = {}
        for at in left:
            row = self.rows[at]
            same = [
                pk
                for pk, one in self.book.people.items()
                if full(row.get("mbi")) and full(one.get("mbi")) == full(row.get("mbi"))
            ]
            same = same or [
                pk
                for pk, one in self.book.people.items()
                if name_of(row)
                and name_of(one) == name_of(row)
                and may_be_one(one.get("mbi"), row.get("mbi"))
            ]
            found[at] = same[0] if len(same) == 1 else (None if same else "open")
        left = [at for at in left if found[at] is not None]
        self.group(left, found, lambda row: full(row.get("mbi")))
        self.group(left, found, name_of, agree=True)
        for at in left:
            found[at] = -at - 1 if found[at] == "open" else found[at]
        return found

    def group(self, left, found, key, agree=False):
        """Rows that mean nobody known yet, but share a key with other rows of the file."""
        before = dict(found)
        mbi = {at: self.rows[at].get("mbi") for at in left}
        for at in left:
            mine = key(self.rows[at])
            if before[at] != "open" or not mine:
                continue
            like = [other for other in left if key(self.rows[other]) == mine]
            known = {
                before[o]
                for o in like
                if before[o] != "open" and (not agree or may_be_one(mbi[o], mbi[at]))
            }
            if known:
                found[at] = known.pop() if len(known) == 1 else None
                continue
            fresh = [
                o
                for o in like
                if before[o] == "open" and not self.has_known(o, like, before, mbi, agree)
            ]
            marks = {mbi[o] for o in fresh if mbi[o]} if agree else set()
            if len(marks) <= 1:
                found[at] = -min(fresh) - 1
            elif not mbi[at]:
                found[at] = None
            else:
                found[at] = -min(o for o in fresh if mbi[o] == mbi[at]) - 1

    @staticmethod
    def has_known(at, like, before, mbi, agree):
        return any(before[o] != "open" and (not agree or may_be_one(mbi[o], mbi[at])) for o in like)

    def find_policies(self, left, person):
        """Number of the policy that each row means; 0 for none. Unclear rows are left out."""
        found, new = {}, {}
        for at in left:
            row = self.rows[at]
            if not any(row.get(key) for key in POLICY_FIELDS):
                found[at] = 0
                continue
            same = [
                pk
                for pk, one in self.book.policies.items()
                if number_of(row) and number_of(one) == number_of(row)
            ]
            if same and self.book.policies[same[0]]["subscriber"] != person[at]:
                continue
            if same:
                found[at] = same[0]
                continue
            key = number_of(row)
            found[at] = new.setdefault(key, -at - 1) if key else -at - 1
        owner = {}
        for at in sorted(found):
            if found[at] and owner.setdefault(found[at], person[at]) != person[at]:
                del found[at]
        return found

    def incomplete(self, left, person, policy):
        """Rows that would have to add a policy, but lack what a new one needs."""
        bad, made = set(), set()
        for at in left:
            row, pk = self.rows[at], policy[at]
            if pk >= 0 or pk in made:
                continue
            if row.get("carrier") and row.get("policy_status") and row.get("coverage_type"):
                made.add(pk)
            else:
                bad.add(at)
        return bad

    def apply(self, left, person, policy):
        """Say what each row does; the rows that break a rule, if any, and nothing else."""
        people = {pk: dict(one) for pk, one in self.book.people.items()}
        policies = {pk: dict(one) for pk, one in self.book.policies.items()}
        outcome = {}
        broken = {}
        knows = {person[at] for at in left if full(self.rows[at].get("mbi"))}
        for at in left:
            row = self.rows[at]
            level = self.write(people, person[at], row, PERSON)
            level = max(level, self.write_mbi(people[person[at]], row, person[at] in knows))
            if policy[at]:
                values = {**row, "subscriber": person[at]}
                mine = self.write(policies, policy[at], values, ("carrier", *POLICY, "subscriber"))
                level = max(level, mine)
                one = policies[policy[at]]
                if self.is_broken(one):
                    broken.setdefault(person[at], at)
            outcome[at] = ("same", "changed", "new")[level]
        if broken:
            return set(broken.values())
        self.people, self.policies = people, policies
        self.outcome |= outcome
        return set()

    @staticmethod
    def is_broken(one):
        start, end = one.get("effective_date"), one.get("termination_date")
        return bool(start and end and end < start)

    @staticmethod
    def write(table, pk, row, keys):
        is_new = pk not in table
        one = table.setdefault(pk, {})
        changes = {key: row[key] for key in keys if row.get(key) and one.get(key) != row[key]}
        one.update(changes)
        return 2 if is_new else int(bool(changes))

    @staticmethod
    def write_mbi(one, row, is_known):
        mbi, own = row.get("mbi"), one.get("mbi")
        if not mbi or mbi == own or (not full(mbi) and (full(own) or is_known)):
            return 0
        one["mbi"] = mbi
        return 1
