"""What a person may correct in a row of a carrier's book: fields, and their columns."""

CORRECTABLE = {
    "status": "status",
    "agent": "agent_id",
    "line": "line",
    "plan_name": "plan_name",
    "plan_id": "plan_id",
    "policy_number": "policy_number",
    "effective_date": "effective_date",
    "termination_date": "termination_date",
    "renewal_date": "renewal_date",
}
