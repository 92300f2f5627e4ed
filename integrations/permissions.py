"""The rights that the pages of integrations ask for."""

MANAGE = "integrations.manage_integrations"
REVIEW = "integrations.review_inbound"
RAW_BODY = "integrations.view_raw_body"
