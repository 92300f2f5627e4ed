"""Every page of the product, one line each: add yours."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from agencyhub.accounts.models import Agent, Role, User
from agencyhub.home.models import Subscription
from agencyhub.home.reports.registry import REPORTS
from agencyhub.home.subscriptions import services as subscriptions
from agencyhub.mailing import unsubscribing
from agencyhub.mailing.models import OutgoingMail
from agencyhub.records.lists.models import BulkEdit, SavedView
from agencyhub.records.models import CustomField, Option
from agencyhub.records.services import bulkedits
from commissions.models import (
    AgentContract,
    AgentOfRecord,
    Application,
    CommissionSplit,
    ExpectedPay,
    LineLink,
    PayRate,
    PayTerm,
    WritingNumber,
)
from eoi.models import Decision, EoiRequest
from groups.models import Election, EmployerGroup, GroupPlan
from individuals.models import Address, DuplicatePair, Individual, SalesOpportunity, SalesRecord
from integrations.models import InboundMessage
from integrations.outgoing.models import Delivery
from integrations.premier.models import Feed
from policies.models import CarrierProduct, Payment, Policy, PremierTerm, Risk
from tests.browser import batchfiles, mappings, retrievals, troubles, uploads
from tests.browser.matches import near_ties

BROKER, CALL_CENTER = "broker", "call_center"


@dataclass(frozen=True)
class Screen:
    """A page: its URL name, whose it is, and the name of the example whose id (or ids) it takes.

    ``words`` tell apart screens of one URL; ``press`` is a button to press first; ``status`` is
    what the page answers with.
    """

    name: str
    example: str = ""
    args: tuple[str, ...] = ()
    user: str = "owner"
    query: str = ""
    words: str = ""
    press: str = ""
    status: int = 200

    def path(self, examples: dict[str, object]) -> str:
        """The page's address in the stack's database."""
        found = examples[self.example] if self.example else ()
        args = [*self.args, *(found if isinstance(found, tuple) else [found])]
        return reverse(self.name, args=args) + self.query

    def __str__(self) -> str:
        return " ".join(filter(None, (self.name, *self.args, self.words)))


SCREENS = [
    Screen("accounts:login", user=""),
    Screen("accounts:password_reset", user=""),
    Screen("accounts:password_reset_done", user=""),
    Screen("accounts:password_reset_complete", user=""),
    Screen("home:dashboard"),
    Screen("home:dashboard", user="agent1", words="of an agent"),
    Screen("home:dashboard", query="?whole=1", words="counted at once"),
    Screen("home:tour"),
    Screen("home:report_list"),
    Screen("home:report_detail", args=("production",)),
    Screen("home:report_detail", args=("retention",)),
    Screen("home:report_detail", args=("eoi",), words="stacked"),
    Screen("home:report_detail", args=("at-risk",), user="agent1", words="of an agent"),
    Screen("home:report_detail", args=("production",), query="?by=x", words="refused", status=422),
    Screen("home:report_view_create", args=("production",), query="?by=agent"),
    Screen("home:report_view_edit", "reportview", args=("production",)),
    Screen("home:subscription_list"),
    Screen("home:subscription_create", args=("production",)),
    Screen("home:subscription_edit", "subscription"),
    Screen("home:settings"),
    Screen("home:search"),
    Screen("individuals:individual_detail", "nobody", words="not found", status=404),
    Screen("accounts:user_list", user="agent1", words="forbidden", status=403),
    Screen("accounts:profile"),
    Screen("accounts:password_change"),
    Screen("accounts:session_list"),
    Screen("mailing:preference", user="agent1"),
    Screen("mailing:mail_list"),
    Screen("mailing:mail_detail", "mail"),
    Screen("mailing:optout_list"),
    Screen("mailing:optout_list", press="Write there no more", words="refused"),
    Screen("mailing:mailsettings"),
    Screen("mailing:unsubscribe", "unsubscribing", user=""),
    Screen("mailing:unsubscribe", args=("cut",), user="", words="cut short", status=404),
    Screen("accounts:password_change_done"),
    Screen("accounts:agent_list"),
    Screen("accounts:agent_create"),
    Screen("accounts:agent_detail", "agent"),
    Screen("accounts:agent_edit", "agent"),
    Screen("accounts:user_list"),
    Screen("accounts:user_create"),
    Screen("accounts:user_edit", "user"),
    Screen("accounts:role_list"),
    Screen("accounts:role_create"),
    Screen("accounts:role_edit", "role"),
    Screen("accounts:agent_readers", "agent"),
    Screen("accounts:second_factor"),
    Screen("accounts:second_factor_setup"),
    Screen("accounts:invitation_list"),
    Screen("accounts:invitation_create"),
    Screen("accounts:invitation_accept", args=("used",), user="", words="ended", status=404),
    Screen("accounts:accessevent_list"),
    Screen("home:viewing_report"),
    Screen("home:viewing_rows", "user", args=("2026-01-02",)),
    Screen("accounts:apikey_list"),
    Screen("accounts:apikey_create"),
    Screen("outgoing:endpoint_list"),
    Screen("outgoing:endpoint_create"),
    Screen("outgoing:endpoint_create", press="Add webhook", words="refused"),
    Screen("outgoing:endpoint_detail", "webhook"),
    Screen("outgoing:endpoint_edit", "webhook"),
    Screen("outgoing:endpoint_delete", "webhook"),
    Screen("outgoing:delivery_detail", "webhook_delivery"),
    Screen("records:batch_detail", "batch"),
    Screen("records:exportlog_list"),
    Screen("records:list_export", args=("individuals",)),
    Screen("records:savedview_list", args=("individuals",)),
    Screen("records:savedview_create", args=("individuals",)),
    Screen("records:savedview_edit", "savedview"),
    Screen("records:bulkedit_detail", "bulkedit"),
    Screen("records:option_list"),
    Screen("records:option_list", args=("policy_status",)),
    Screen("records:option_edit", "option"),
    Screen("records:value_list"),
    Screen("records:value_list", query="?state=decided", words="decided"),
    Screen("records:customfield_list"),
    Screen("records:customfield_create"),
    Screen("records:customfield_edit", "customfield"),
    Screen("individuals:individual_list"),
    Screen("individuals:individual_list", query="?panel=filters&status=x", words="filters"),
    Screen("individuals:individual_list", query="?panel=columns", words="columns"),
    Screen("individuals:individual_create"),
    Screen("individuals:individual_create", press="Save", words="refused"),
    Screen("individuals:individual_detail", "individual"),
    Screen("individuals:individual_detail", "individual_of_agent1", user="agent1", words="own"),
    Screen("individuals:individual_edit", "individual"),
    Screen("individuals:individual_lookers", "individual"),
    Screen("individuals:individual_detail", "twice", words="there twice"),
    Screen("individuals:duplicate_list"),
    Screen("individuals:duplicate_open", "pair"),
    Screen("individuals:individual_merge", "both"),
    Screen("individuals:individual_merge_choose", "twice"),
    Screen("individuals:address_create", "individual"),
    Screen("individuals:address_edit", "address"),
    Screen("individuals:salesopportunity_create", "individual"),
    Screen("individuals:salesopportunity_detail", "salesopportunity"),
    Screen("individuals:salesopportunity_edit", "salesopportunity"),
    Screen("individuals:salesrecord_list"),
    Screen("individuals:salesrecord_create"),
    Screen("individuals:salesrecord_detail", "salesrecord"),
    Screen("individuals:salesrecord_detail", "salesrecord_converted", words="converted"),
    Screen("individuals:salesrecord_edit", "salesrecord"),
    Screen("commissions:application_list"),
    Screen("commissions:application_list", query="?blank=agent&panel=filters", words="blanks"),
    Screen("commissions:application_create"),
    Screen("commissions:application_create", press="Save", words="refused"),
    Screen("commissions:application_detail", "application_paid"),
    Screen("commissions:application_detail", "application_limited", words="blanks"),
    Screen("commissions:application_fill", "application_mbi"),
    Screen("policies:policy_list"),
    Screen("policies:policy_create"),
    Screen("policies:policy_detail", "policy"),
    Screen("policies:policy_edit", "policy"),
    Screen("policies:policy_terminate", "policy"),
    Screen("policies:policy_detail", "policy_told", words="with payments"),
    Screen("policies:policy_list", query="?payment=owed&sort=deadline", words="by deadline"),
    Screen("policies:payment_set", "policy"),
    Screen("policies:risk_list"),
    Screen("policies:risk_list", user="agent1", query="?panel=filters", words="of an agent"),
    Screen("policies:risk_list", query="?kind=past_due&agent=none", words="empty"),
    Screen("individuals:individual_detail", "individual_at_risk", words="at risk"),
    Screen("policies:carrier_list"),
    Screen("policies:carrier_create"),
    Screen("policies:carrier_detail", "carrier"),
    Screen("policies:carrier_edit", "carrier"),
    Screen("policies:carrier_merge", "carrier"),
    Screen("policies:carrier_detail", "partner", words="of a Premier Partner"),
    Screen("policies:premierterm_create", "partner"),
    Screen("policies:premierterm_create", "partner", press="Save", words="refused"),
    Screen("policies:premierterm_edit", "premier_term"),
    Screen("policies:carrierproduct_create", "carrier"),
    Screen("policies:carrierproduct_list"),
    Screen("policies:carrierproduct_detail", "carrierproduct"),
    Screen("policies:carrierproduct_edit", "carrierproduct"),
    Screen("eoi:request_list"),
    Screen("eoi:request_list", query="?panel=filters", words="filters"),
    Screen("eoi:request_list", query="?opened_from=2100-01-01", words="empty"),
    Screen("eoi:request_detail", "eoi_open"),
    Screen("eoi:request_detail", "eoi_decided", words="decided"),
    Screen("eoi:closed_list"),
    Screen("eoi:alert_list"),
    Screen("eoi:data"),
    Screen("eoi:worksheet_detail", "worksheet_imported"),
    Screen("eoi:worksheet_detail", "worksheet_checking", words="at work"),
    Screen("eoi:worksheet_detail", "worksheet_duplicate", words="duplicate"),
    Screen("eoi:worksheet_detail", "worksheet_attention", words="unreadable"),
    Screen("eoi:worksheet_decided", "worksheet_imported"),
    Screen("eoi:worksheet_reverse", "worksheet_imported"),
    Screen("groups:group_list"),
    Screen("groups:group_create", press="Save", words="refused"),
    Screen("groups:group_detail", "employergroup"),
    Screen("groups:group_edit", "employergroup"),
    Screen("groups:group_plans", "employergroup"),
    Screen("groups:group_structure", "employergroup"),
    Screen("groups:unit_create", "unit"),
    Screen("groups:benefit_create", "employergroup"),
    Screen("groups:groupplan_create", "employergroup"),
    Screen("groups:groupplan_detail", "groupplan"),
    Screen("groups:groupplan_edit", "groupplan"),
    Screen("groups:term_create", "rate", press="Save", words="refused"),
    Screen("groups:employee_list"),
    Screen("groups:employee_create", "employergroup"),
    Screen("groups:employee_detail", "employee"),
    Screen("groups:employee_edit", "employee"),
    Screen("groups:dependent_create", "employee"),
    Screen("eoi:election_create", "employee"),
    Screen("eoi:election_end", "election"),
    Screen("eoi:salary_follow", "employee"),
    Screen("noyo:account_detail"),
    Screen("noyo:carrier_edit", "noyo_carrier"),
    Screen("noyo:group_list"),
    Screen("noyo:group_join", "noyo_group"),
    Screen("noyo:connection_add", "mapped_group"),
    Screen("noyo:connection_add", "mapped_group", press="Ask Noyo", words="refused"),
    Screen("noyo:connection_again", "noyo_connection"),
    Screen("noyo:renewal_list"),
    Screen("noyo:group_renewal", "mapped_group"),
    Screen("noyo:difference_list"),
    Screen("noyo:difference_detail", "difference"),
    Screen("noyo:member_list", "noyo_group"),
    Screen("noyo:member_pair", "noyo_member"),
    Screen("noyo:mapping_list"),
    Screen("noyo:group_carriers", "mapped_group"),
    Screen("noyo:mapping_detail", "mapping"),
    Screen("noyo:mapping_detail", "mapping", query="?show=all", words="everything"),
    Screen("noyo:mapping_structure", "mapping", query="?show=all"),
    Screen("noyo:mapping_rules", "mapping"),
    Screen("noyo:mapping_members", "mapping"),
    Screen("noyo:mapping_history", "mapping"),
    Screen("noyo:mapping_who", "mapping", query="?category=benefit_classes"),
    Screen("noyo:rule_create", "mapping", query="?category=benefit_classes"),
    Screen("noyo:rule_edit", "mapping_rule"),
    Screen("groups:coverage_list", query="?on=2027-01-01"),
    Screen("groups:group_payroll", "employergroup"),
    Screen("groups:election_deduction", "election"),
    Screen("commissions:bookrow_list"),
    Screen("commissions:bookrow_detail", "book_row"),
    Screen("commissions:bookrow_edit", "book_row"),
    Screen("commissions:commissionline_list"),
    Screen("commissions:commissionline_detail", "commission_line"),
    Screen("commissions:quarantine_list"),
    Screen("commissions:result_list"),
    Screen("commissions:review_list"),
    Screen("commissions:review_detail", "tied"),
    Screen("commissions:unmatched_list"),
    Screen("commissions:unapplied_lines"),
    Screen("commissions:unapplied_book"),
    Screen("commissions:expectedpay_list"),
    Screen("commissions:expectedpay_detail", "expected_pay"),
    Screen("commissions:payterm_list"),
    Screen("commissions:payterm_create"),
    Screen("commissions:payterm_create", press="Save", words="refused"),
    Screen("commissions:payterm_edit", "pay_term"),
    Screen("commissions:payrate_list"),
    Screen("commissions:payrate_create"),
    Screen("commissions:payrate_edit", "pay_rate"),
    Screen("commissions:paysettings"),
    Screen("commissions:agentcontract_list"),
    Screen("commissions:agentcontract_create"),
    Screen("commissions:agentcontract_create", press="Save", words="refused"),
    Screen("commissions:agentcontract_edit", "contract"),
    Screen("commissions:writingnumber_edit", "writing_number"),
    Screen("commissions:writingnumber_list"),
    Screen("commissions:writingnumber_create"),
    Screen("commissions:application_match", "tied"),
    Screen("commissions:application_match", "tied", press="Find", words="refused"),
    Screen("imports:import_list"),
    *(Screen("imports:import_detail", f"import_{one}", words=one) for one in uploads.STATES),
    Screen("imports:mapping_studio", "import_mapping"),
    Screen("imports:row_list", "import_new"),
    Screen("imports:row_list", "import_changed", words="changed"),
    Screen("imports:problem_list", "import_checked"),
    Screen("imports:template_list"),
    Screen("imports:template_detail", "template"),
    Screen("integrations:integration_list"),
    Screen("integrations:health"),
    Screen("integrations:inbox_list"),
    Screen("integrations:retry_detail", "retry"),
    Screen("integrations:inbox_detail", "message_applied", words="applied"),
    Screen("integrations:inbox_detail", "message_failed", words="failed"),
    Screen("integrations:inbox_detail", "message_held", words="held"),
    Screen("integrations:problem_list"),
    Screen("integrations:retry_create"),
    Screen(
        "integrations:retry_create",
        query="?since=2026-11-02&until=2026-11-01",
        words="refused",
        status=422,
    ),
    Screen(
        "integrations:inbox_detail", "message_failed", press="Correct the body", words="to correct"
    ),
    Screen("integrations:held_list"),
    Screen("plancompare:site_detail", args=(BROKER,)),
    Screen("plancompare:site_detail", args=(CALL_CENTER,)),
    Screen("plancompare:site_sync", args=(BROKER,)),
    Screen("plancompare:site_users", args=(BROKER,)),
    Screen("carriers:connection_list"),
    Screen("carriers:connection_add"),
    Screen("carriers:connection_add", query="?transport=sftp", words="sftp"),
    Screen("carriers:connection_add", press="Save", words="refused"),
    Screen("carriers:connection_detail", "connection"),
    Screen("carriers:connection_edit", "connection"),
    Screen("carriers:retrieval_detail", "retrieval"),
    Screen("healthsherpa:connection_detail"),
    Screen("comtrack:connection_detail"),
    Screen("premier:feed_list"),
    Screen("premier:feed_add"),
    Screen("premier:feed_add", press="Save", words="refused"),
    Screen("premier:feed_detail", "feed"),
    Screen("premier:feed_edit", "feed"),
    Screen("eoi_batches:overview"),
    Screen("eoi_batches:server_add"),
    Screen("eoi_batches:server_add", press="Save", words="refused"),
    Screen("eoi_batches:server_edit", "eoi_server"),
    Screen("eoi_batches:folder_add"),
    Screen("eoi_batches:folder_edit", "eoi_folder"),
    Screen("eoi_batches:file_list"),
    Screen("eoi_batches:file_detail", "eoi_file"),
    Screen("plancompare:preflight", "salesrecord", args=("sales_record",)),
    Screen("plancompare:preflight", "individual", args=("individual",)),
    Screen("plancompare:preflight", "salesrecord", ("sales_record",), "admin", words="refused"),
    Screen("admin:index"),
    Screen("admin:individuals_individual_changelist"),
    Screen("admin:policies_policy_changelist"),
    Screen("api_docs"),
]
NOT_PAGES = {
    "home": {
        "healthz",
        "readyz",
        "metrics",
        "dashboard_part",
        "report_export",
        "report_view_delete",
        "tour_step",
        "tour_end",
        "tour_again",
        "subscription_stop",
        "subscription_resume",
        "subscription_remove",
    },
    "accounts": {
        "accessevent_export",
        "logout",
        "oauth_token",
        "password_reset_confirm",
        "user_activate",
        "apikey_rotate",
        "apikey_revoke",
        "session_state",
        "session_end",
        "session_end_others",
        "second_factor_verify",
        "second_factor_codes",
        "second_factor_remove",
        "user_reset_second_factor",
        "invitation_resend",
        "invitation_revoke",
        "role_delete",
        "view_as_start",
        "view_as_end",
    },
    "records": {
        "batch_undo",
        "list_private_filters",
        "list_columns",
        "bulkedit_start",
        "savedview_delete",
        "savedview_default",
        "option_add",
        "option_move",
        "option_activate",
        "option_delete",
        "value_map",
        "value_add",
        "value_ignore",
        "value_undo",
        "value_bulk",
        "customfield_move",
        "customfield_activate",
    },
    "mailing": {"mail_html", "mail_again", "optout_end", "preference_resume"},
    "individuals": {
        "individual_search",
        "individual_lookalikes",
        "individual_edit_lookalikes",
        "duplicate_dismiss",
        "duplicate_reopen",
        "individual_reveal_mbi",
        "salesrecord_reveal_mbi",
        "address_make_primary",
        "address_delete",
        "salesrecord_search",
        "salesrecord_stage",
        "salesrecord_link",
        "salesrecord_convert",
    },
    "policies": {
        "risk_close",
        "risk_explain",
        "risk_reopen",
        "policy_search",
        "product_choices",
        "carrier_confirm",
        "carrieralias_create",
        "carrieralias_remove",
        "premierterm_remove",
        "carrierproduct_confirm",
        "carrierproductalias_create",
        "carrierproductalias_remove",
    },
    "eoi": {
        "decision_preview",
        "election_withdraw",
        "decision_save",
        "decision_reverse",
        "lock_lift",
        "worksheet_empty",
        "worksheet_update",
        "worksheet_upload",
        "worksheet_failed",
        "worksheet_again",
    },
    "commissions": {
        "work_queue",  # an address that leads on
        "agentcontract_remove",
        "payterm_remove",
        "payrate_remove",
        "writingnumber_remove",
        "refresh_start",
        "refresh_status",
        "review_decide",
        "review_undo",
        "unmatched_accept",
        "application_link",
        "application_unlink",
    },
    "imports": {
        "import_upload",
        "sample_file",
        "template_activate",
        "import_sheet",
        "import_next_sheet",
        "import_kind",
        "import_mode",
        "import_again",
        "import_discard",
        "import_commit",
        "import_undo",
        "rejected_file",
        "problem_repair",
        "problem_leave_out",
    },
    "integrations": {
        "inbox_body",
        "inbox_retry",
        "inbox_settle",
        "inbox_correct",
        "held_map",
        "held_decide",
    },
    "carriers": {"connection_run", "connection_again", "connection_test", "connection_host_key"},
    "healthsherpa": {
        "connection_activate",
        "connection_deactivate",
        "connection_test",
        "key_create",
        "key_revoke",
    },
    "comtrack": {"connection_activate", "connection_deactivate", "run_start", "run_list"},
    "premier": {"key_create", "key_revoke", "pull_start"},
    "outgoing": {"secret_rotate", "endpoint_ping", "deliveries_again", "delivery_again"},
    "eoi_batches": {"server_test", "server_pick_up", "server_host_key", "file_results"},
    "noyo": {
        "difference_decide",
        "difference_settle",
        "difference_settle_many",
        "difference_undo",
        "link_decide",
        "mapping_tell",
        "act_undo",
        "account_activate",
        "account_deactivate",
        "run_start",
        "run_list",
        "group_part",
        "group_read",
        "renewal_save",
        "renewal_check",
        "missing_file",
        "mapping_ready",
        "mapping_reopen",
        "mapping_decide",
        "mapping_accept_all",
        "mapping_refresh",
        "mapping_undo",
        "rule_preview",
        "rule_default",
        "rule_move",
        "rule_delete",
    },
    "plancompare": {
        "site_activate",
        "site_deactivate",
        "user_edit",
        "username_template",
        "username_upload",
        "handoff",
    },
}
"""Actions, data and fragments; journeys see the few of them that also draw a page."""


def find_examples() -> dict[str, object]:
    """Ids of the demo's records by example name; among several the one with most to show."""
    applied = InboundMessage.objects.filter(partner="plancompare", state="applied").latest("pk")
    policies = applied.touched.filter(kind="policy").values("record_id")
    policy = Policy.objects.filter(pk__in=policies).latest("pk")
    individual = policy.subscriber
    waiting = SalesRecord.objects.filter(
        individual=None, converted_at=None, mbi_index__isnull=False
    )
    own = Individual.objects.filter(servicing_agent__user__username="agent1")
    messages = {
        f"message_{state}": troubles.message_in(state).public_id
        for state in ("applied", "failed", "held")
    }
    products = CarrierProduct.objects.filter(carrier=policy.carrier)
    pair = DuplicatePair.objects.open().earliest("pk")
    limited = Application.objects.filter(sharing="limited").latest("pk")
    retrieval = retrievals.with_files()
    term = PremierTerm.objects.earliest("pk")
    batch_file = batchfiles.with_results()
    mapping = mappings.with_everything()
    return {
        **messages,
        "retry": troubles.a_retry(applied),
        **uploads.find_uploads(),
        **uploads.find_worksheets(),
        "nobody": 999_999_999,
        "application_paid": LineLink.objects.filter(state=1).latest("pk").application_id,
        "application_limited": limited.pk,
        "application_mbi": (limited.pk, "mbi"),
        "pair": pair.pk,
        "both": (pair.first_id, pair.second_id),
        "tied": near_ties("Trevanion")[0].pk,
        "book_row": AgentOfRecord.objects.latest("pk").book_row_id,
        "contract": AgentContract.objects.earliest("pk").pk,
        "expected_pay": ExpectedPay.objects.filter(state="short").earliest("pk").pk,
        "pay_term": PayTerm.objects.earliest("pk").pk,
        "pay_rate": PayRate.objects.earliest("pk").pk,
        "writing_number": WritingNumber.objects.earliest("pk").pk,
        "commission_line": CommissionSplit.objects.latest("pk").line_id,
        "twice": pair.first_id,
        "individual": individual.pk,
        "individual_of_agent1": own.earliest("pk").pk,
        "address": Address.objects.filter(individual=individual).earliest("pk").pk,
        "salesrecord": waiting.exclude(zip_code="").earliest("pk").pk,
        "salesrecord_converted": SalesRecord.objects.exclude(converted_at=None).earliest("pk").pk,
        "salesopportunity": SalesOpportunity.objects.earliest("pk").pk,
        "policy": policy.pk,
        "policy_told": Payment.objects.earliest("pk").policy_id,
        "individual_at_risk": Risk.objects.open().earliest("pk").policy.subscriber_id,
        "election": Election.objects.waiting().earliest("pk").pk,
        "employergroup": EmployerGroup.objects.earliest("pk").pk,
        "employee": Election.objects.waiting().earliest("pk").employee_id,
        "groupplan": GroupPlan.objects.filter(rates__per_thousand__gt=0).earliest("pk").pk,
        "rate": (GroupPlan.objects.earliest("pk").pk, "rates"),
        "unit": (EmployerGroup.objects.earliest("pk").pk, "benefit-classes"),
        "eoi_open": EoiRequest.objects.open().earliest("opened_date", "pk").pk,
        "eoi_decided": Decision.objects.latest("pk").request_id,
        "carrier": policy.carrier_id,
        "carrierproduct": products.earliest("pk").pk,
        "agent": Agent.objects.earliest("pk").pk,
        "webhook": (delivery := Delivery.objects.earliest("pk")).endpoint_id,
        "webhook_delivery": (delivery.endpoint_id, delivery.pk),
        "role": Role.objects.get(origin="Agent").pk,
        "user": User.objects.get(username="agent1").pk,
        "batch": applied.batch_id,
        "savedview": SavedView.objects.earliest("pk").pk,
        "reportview": _report_view().pk,
        "bulkedit": _bulk_edit().pk,
        "option": Option.objects.filter(list="policy_status").earliest("pk").pk,
        "customfield": CustomField.objects.earliest("pk").pk,
        "mail": OutgoingMail.objects.filter(kind="agent_digest").latest("pk").pk,
        "unsubscribing": unsubscribing.link(address="nobody@example.com", kind="agent_digest")
        .rstrip("/")
        .rpartition("/")[2],
        "subscription": _subscription().pk,
        "connection": retrieval.connection_id,
        "retrieval": retrieval.pk,
        "mapping": (mapping.group_id, mapping.pk),
        "mapping_rule": (
            mapping.group_id,
            mapping.pk,
            mapping.rules.get(is_default=False).pk,
        ),
        "mapped_group": mapping.group_id,
        **mappings.examples(mapping),
        "eoi_file": batch_file.pk,
        "eoi_folder": batch_file.folder_id,
        "eoi_server": batch_file.folder.server_id,
        "partner": term.carrier_id,
        "premier_term": (term.carrier_id, term.pk),
        "feed": Feed.objects.get_or_create(carrier=term.carrier, defaults={"slug": "partner"})[
            0
        ].pk,
    }


def _subscription() -> Subscription:
    """A report that comes to the owner by mail."""
    owner = User.objects.get(username="owner")
    wishes = {"title": "Retention", "frequency": "monthly"}
    return subscriptions.subscribe(
        user=owner, report=REPORTS["retention"], query="", values=wishes, at=timezone.now()
    )


def _report_view() -> SavedView:
    """A view of a report of the owner's."""
    named = {"list_key": "report-production", "name": "By agent"}
    owner = User.objects.get(username="owner")
    made = {"filters": {"by": ["agent"]}}
    return SavedView.objects.get_or_create(owner=owner, **named, defaults=made)[0]


def _bulk_edit() -> BulkEdit:
    """An edit of the owner's, not yet confirmed."""
    edit = bulkedits.start(
        list_key="individuals",
        user=User.objects.get(username="owner"),
        filters={},
        query="",
        pks=None,
    )
    agent = Agent.objects.earliest("pk")
    return bulkedits.choose(edit=edit, values={"agent": str(agent.pk)}, expected=edit.expected)
