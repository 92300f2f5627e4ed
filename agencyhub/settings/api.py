"""The REST API, its schema, webhooks, and the admin's imports and exports."""

import environ

_env = environ.Env()

REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "UNAUTHENTICATED_USER": None,
    # Views say themselves who may call; these are for those that say nothing.
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "EXCEPTION_HANDLER": "agencyhub.lib.problems.handle",
}
# Calls of one key, or of one person, before 429.
API_CALLS_A_MINUTE = 600
SPECTACULAR_SETTINGS = {
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "agencyhub.lib.api.links.describe_links",
    ],
    "ENUM_NAME_OVERRIDES": {
        "UsStateEnum": "agencyhub.lib.states.STATES",
        "PayKindEnum": "commissions.models.ExpectedPay.Kind",
        "RiskKindEnum": "policies.models.Risk.Kind",
        "DocumentKindEnum": "documents.models.Document.Kind",
        "LinkStateEnum": "integrations.noyo.models.Link.State",
        "ImportStateEnum": "agencyhub.imports.models.Import.State",
        "MessageStateEnum": [
            "received",
            "processing",
            "applied",
            "held",
            "failed",
            "ignored",
            "duplicate",
            "rejected",
        ],
    },
    "TITLE": "AgencyHub API",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}
IMPORT_EXPORT_USE_TRANSACTIONS = True
# Webhooks: seconds that a receiver may take, seconds without a sign of life after which another
# worker takes an endpoint over (more than a receiver may take), days that their log is kept.
WEBHOOK_SECONDS = _env.int("WEBHOOK_SECONDS", default=15)
WEBHOOK_LEASE_SECONDS = _env.int("WEBHOOK_LEASE_SECONDS", default=60)
WEBHOOK_KEEP_DAYS = _env.int("WEBHOOK_KEEP_DAYS", default=30)
