"""What carriers' files hold: books of business, and commission statements."""

from django.utils.translation import gettext_lazy as _

from agencyhub.imports import kinds
from agencyhub.imports.kinds import Field, Kind, Match, Question, Target
from agencyhub.imports.types.days import Day
from agencyhub.imports.types.numbers import Money, RecordId, Whole
from agencyhub.imports.types.text import OneOf
from commissions.importing_contacts import HEALTHSHERPA_CONTACTS
from commissions.ledgers import books, statements
from commissions.ledgers.aor import AgentsOfRecord
from commissions.ledgers.fields import AGENT, DERIVED, INSURED_COLUMNS, PLAN, WHO, WORDS
from commissions.ledgers.layouts.books import BOOKS
from commissions.ledgers.layouts.statements import STATEMENTS
from commissions.ledgers.sharing import Shares
from commissions.ledgers.types import DayFirst, Flag, Month, OpenDay, Words
from commissions.models import BookRow, CommissionLine
from commissions.services import superseding
from commissions.services.ledgers import after_book, after_statement, named_carriers, prepare

SAME_MEMBER = ("carrier_id", "member_id")
WHOSE = Question(
    "carrier", "Whose files these are", named_carriers, "Files of one carrier rarely name it."
)
BOOK_OF_BUSINESS = Kind(
    key="book_of_business",
    label="Book of business",
    permissions=("commissions.add_bookrow", "commissions.change_bookrow"),
    help="Who a carrier says is insured through the agency.",
    fields=(
        *WHO,
        *PLAN,
        Field("effective_date", "Effective date", OpenDay(),
              aliases=("policy effective date", "coverage effective date", "start date",
                       "origeffdate", "plan effective date"), example="01/01/2027"),
        Field("termination_date", "Termination date", OpenDay(),
              aliases=("term date", "policy term date", "end date", "inactive date",
                       "disenroll effective date"), help="Last covered day."),
        Field("termination_reason", "Termination reason", Words(WORDS),
              aliases=("term reason", "term reason code")),
        Field("renewal_date", "Renewal date", OpenDay(), aliases=("renews",)),
        Field("deceased_date", "Deceased date", OpenDay(), aliases=("date of death", "death date")),
        Field("carrier_status", "Status", Words(WORDS),
              aliases=("member status", "policy status", "plan status", "aor policy status"),
              example="Active Policy"),
        Field("is_winning", "Winning application", Flag(), aliases=("winning", "is winning"),
              help="Of several rows of a member, the one that counts."),
        *AGENT,
        *DERIVED,
        Field("status", "Canonical status", OneOf(BookRow.Status.choices), is_derived=True),
        Field("as_of_date", "As of", Day(), is_derived=True),
    ),
    targets=(
        Target(
            key="book_row",
            label="Book of business",
            model=BookRow,
            columns={
                **INSURED_COLUMNS,
                "status": "status",
                "carrier_status": "carrier_status",
                "termination_date": "termination_date",
                "termination_reason": "termination_reason",
                "renewal_date": "renewal_date",
                "deceased_date": "deceased_date",
                "as_of_date": "as_of_date",
            },
            sealed={"mbi": "mbi"},
            match=(
                Match("the same carrier, member and policy", (*SAME_MEMBER, "policy_number")),
                Match("the same carrier and member", SAME_MEMBER, agree=("policy_number",)),
                Match("the same carrier and policy number", ("carrier_id", "policy_number"),
                      agree=("member_id",)),
                Match("the same carrier and MBI", ("carrier_id", "mbi_index"),
                      agree=("member_id", "policy_number")),
                Match("the same carrier, name and date of birth",
                      ("carrier_id", "last_name_key", "first_name_key", "date_of_birth"),
                      agree=("mbi_tail", "member_id", "policy_number")),
            ),
            extras=(AgentsOfRecord(),),
            settle=books.Settled(),
            order=("last_name", "first_name"),
            list_url_name="commissions:bookrow_list",
        ),
    ),
    after_commit=after_book,
    prepare=prepare,
    derive=books.derive,
    is_snapshot=True,
    layouts=BOOKS,
    questions=(WHOSE,),
)  # fmt: skip

COMMISSION_STATEMENT = Kind(
    key="commission_statement",
    label="Commission statement",
    permissions=("commissions.add_commissionline", "commissions.change_commissionline"),
    help="What a carrier paid, line by line.",
    fields=(
        *WHO,
        *PLAN,
        Field("effective_date", "Effective date", OpenDay(),
              aliases=("original effective date", "eff date", "origeffdate", "issue date"),
              example="01/01/2027"),
        Field("amount", "Commission (USD)", Money(may_be_negative=True), required=True,
              aliases=("commission", "commission amount", "paid amount", "comm amt", "amount",
                       "payee amount", "base amount"), example="-26.42"),
        Field("statement_date", "Statement date", Day(), aliases=("carrier statement date",)),
        Field("run_date", "Statement date, day first", DayFirst(), example="5-3-26"),
        Field("paid_date", "Paid date", Day(), aliases=("payment date", "activity date")),
        Field("payment_period", "Payment period", Month(),
              aliases=("month paid", "pay period", "period", "bill from date", "premium period"),
              example="11/2026"),
        Field("covered_from", "Covered from", Day(), aliases=("coverage from",)),
        Field("covered_to", "Covered to", Day(), aliases=("coverage to",)),
        Field("months", "Months", Whole(), aliases=("advance months", "lives months")),
        Field("carrier_action", "Action", Words(WORDS),
              aliases=("commission action", "activity type", "sales event", "payment type",
                       "txn type cd"), example="New"),
        Field("first_or_renewal", "First year or renewal", Words(40),
              aliases=("frst yr rnwl", "group type", "first year or renewal"), example="F"),
        Field("description", "Description", Words(WORDS), aliases=("payment description",)),
        Field("comment", "Comment", Words(250), aliases=("comments", "notes", "remarks")),
        *AGENT,
        *DERIVED,
        Field("kind", "Kind", OneOf(CommissionLine.Kind.choices), is_derived=True),
        Field("action", "Carrier’s words", Words(WORDS), is_derived=True),
        Field("line_key", "Fingerprint", RecordId(), is_derived=True),
    ),
    targets=(
        Target(
            key="commission_line",
            label="Commissions",
            model=CommissionLine,
            columns={
                **INSURED_COLUMNS,
                "kind": "kind",
                "amount": "amount",
                "statement_date": "statement_date",
                "paid_date": "paid_date",
                "payment_period": "payment_period",
                "months": "months",
                "carrier_action": "action",
                "comment": "comment",
                "fingerprint": "line_key",
            },
            sealed={"mbi": "mbi"},
            match=(Match("the same line", ("fingerprint",)),),
            extras=(Shares(),),
            order=("policy_number", "member_id"),
            may_change=False,
            list_url_name="commissions:commissionline_list",
        ),
    ),
    after_commit=after_statement,
    prepare=prepare,
    derive=statements.derive,
    is_snapshot=True,
    layouts=STATEMENTS,
    questions=(WHOSE,),
    foresee=superseding.foresee,
    foreseen={
        "superseded": _(
            "Lines of the earlier “%(file)s” that this copy lacks: %(count)s. They are put aside"
            " and count no more."
        ),
        "counts_again": _(
            "Lines that were put aside and are in this copy: %(count)s. They count again."
        ),
    },
)  # fmt: skip

kinds.register(BOOK_OF_BUSINESS, COMMISSION_STATEMENT, HEALTHSHERPA_CONTACTS)
