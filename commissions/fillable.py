"""Which fields of an application a person may fill. Pure."""

FILLABLE = {
    "carrier": "carrier_id",
    "agent": "agent_id",
    "line": "line",
    "first_name": "first_name",
    "last_name": "last_name",
    "date_of_birth": "date_of_birth",
    "mbi": "mbi",
    "plan_name": "plan_name",
    "plan_id": "plan_id",
    "policy_number": "policy_number",
    "confirmation_number": "confirmation_number",
    "effective_date": "effective_date",
    "submitted_at": "submitted_at",
    "premium": "premium",
    "phone": "phone",
    "email": "email",
    "line_1": "line_1",
    "city": "city",
    "state": "state",
    "zip_code": "zip_code",
}
"""The fields that a person may fill, and their columns."""
