"""Signing in, users, agents, roles and API keys."""

from django.urls import path

from agencyhub.accounts.views import (
    access,
    agents,
    apikeys,
    invitations,
    oauth,
    open_sessions,
    passwords,
    roles,
    second_factor,
    session,
    users,
    view_as,
)

app_name = "accounts"

urlpatterns = [
    path("oauth/v2/token", oauth.token, name="oauth_token"),
    path("accounts/login/", session.login, name="login"),
    path("accounts/logout/", session.logout, name="logout"),
    path("accounts/session/", session.session_state, name="session_state"),
    path("accounts/second-factor/", second_factor.second_factor_detail, name="second_factor"),
    path("accounts/password/strength/", passwords.password_strength, name="password_strength"),
    path(
        "accounts/second-factor/set-up/",
        second_factor.second_factor_setup,
        name="second_factor_setup",
    ),
    path(
        "accounts/second-factor/verify/",
        second_factor.second_factor_verify,
        name="second_factor_verify",
    ),
    path(
        "accounts/second-factor/codes/",
        second_factor.second_factor_codes,
        name="second_factor_codes",
    ),
    path(
        "accounts/second-factor/remove/",
        second_factor.second_factor_remove,
        name="second_factor_remove",
    ),
    path(
        "accounts/invitation/<str:token>/",
        invitations.invitation_accept,
        name="invitation_accept",
    ),
    path("accounts/view-as/end/", view_as.view_as_end, name="view_as_end"),
    path("accounts/profile/", session.profile, name="profile"),
    path("accounts/sessions/", open_sessions.session_list, name="session_list"),
    path("accounts/sessions/<int:pk>/end/", open_sessions.session_end, name="session_end"),
    path(
        "accounts/sessions/end-others/",
        open_sessions.session_end_others,
        name="session_end_others",
    ),
    path("accounts/password/", session.password_change, name="password_change"),
    path("accounts/password/done/", session.password_change_done, name="password_change_done"),
    path("accounts/password/reset/", session.password_reset, name="password_reset"),
    path("accounts/password/reset/sent/", session.password_reset_done, name="password_reset_done"),
    path(
        "accounts/password/reset/<str:uidb64>/<str:token>/",
        session.password_reset_confirm,
        name="password_reset_confirm",
    ),
    path(
        "accounts/password/reset/complete/",
        session.password_reset_complete,
        name="password_reset_complete",
    ),
    path("settings/agents/", agents.agent_list, name="agent_list"),
    path("settings/agents/new/", agents.agent_create, name="agent_create"),
    path("settings/agents/<int:pk>/", agents.agent_detail, name="agent_detail"),
    path("settings/agents/<int:pk>/edit/", agents.agent_edit, name="agent_edit"),
    path("settings/agents/<int:pk>/readers/", agents.agent_readers, name="agent_readers"),
    path("settings/users/", users.user_list, name="user_list"),
    path("settings/users/new/", users.user_create, name="user_create"),
    path("settings/users/<int:pk>/edit/", users.user_edit, name="user_edit"),
    path("settings/users/<int:pk>/activate/", users.user_activate, name="user_activate"),
    path(
        "settings/users/<int:pk>/reset-second-factor/",
        second_factor.user_reset_second_factor,
        name="user_reset_second_factor",
    ),
    path("settings/users/<int:pk>/view-as/", view_as.view_as_start, name="view_as_start"),
    path("settings/invitations/", invitations.invitation_list, name="invitation_list"),
    path("settings/invitations/new/", invitations.invitation_create, name="invitation_create"),
    path(
        "settings/invitations/<int:pk>/resend/",
        invitations.invitation_resend,
        name="invitation_resend",
    ),
    path(
        "settings/invitations/<int:pk>/revoke/",
        invitations.invitation_revoke,
        name="invitation_revoke",
    ),
    path("settings/sign-ins/", access.accessevent_list, name="accessevent_list"),
    path("settings/sign-ins/export/", access.accessevent_export, name="accessevent_export"),
    path("settings/roles/", roles.role_list, name="role_list"),
    path("settings/roles/new/", roles.role_create, name="role_create"),
    path("settings/roles/<int:pk>/edit/", roles.role_edit, name="role_edit"),
    path("settings/roles/<int:pk>/delete/", roles.role_delete, name="role_delete"),
    path("settings/api-keys/", apikeys.apikey_list, name="apikey_list"),
    path("settings/api-keys/new/", apikeys.apikey_create, name="apikey_create"),
    path("settings/api-keys/<int:pk>/rotate/", apikeys.apikey_rotate, name="apikey_rotate"),
    path("settings/api-keys/<int:pk>/revoke/", apikeys.apikey_revoke, name="apikey_revoke"),
]
