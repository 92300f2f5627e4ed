"""Signing in, users, agents, roles and API keys."""

from django.urls import path

from agencyhub.accounts.views import agents, apikeys, session, users

app_name = "accounts"

urlpatterns = [
    path("accounts/login/", session.login, name="login"),
    path("accounts/logout/", session.logout, name="logout"),
    path("accounts/profile/", session.profile, name="profile"),
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
    path("settings/users/", users.user_list, name="user_list"),
    path("settings/users/new/", users.user_create, name="user_create"),
    path("settings/users/<int:pk>/edit/", users.user_edit, name="user_edit"),
    path("settings/users/<int:pk>/activate/", users.user_activate, name="user_activate"),
    path("settings/roles/", users.role_list, name="role_list"),
    path("settings/api-keys/", apikeys.apikey_list, name="apikey_list"),
    path("settings/api-keys/new/", apikeys.apikey_create, name="apikey_create"),
    path("settings/api-keys/<int:pk>/rotate/", apikeys.apikey_rotate, name="apikey_rotate"),
    path("settings/api-keys/<int:pk>/revoke/", apikeys.apikey_revoke, name="apikey_revoke"),
]
