"""Addresses of group mapping: settings, connections, the studio, members and renewals."""

from django.urls import URLPattern, path

from integrations.noyo.views import (
    account,
    connecting,
    differences,
    group_carriers,
    inbox,
    linking,
    mappings,
    people,
    renewals,
    rules,
    settling,
    studio,
    who,
)

app_name = "noyo"
HERE = "settings/integrations/noyo/"
ONE = "groups/<int:pk>/mapping/<int:mapping_pk>/"

urlpatterns: list[URLPattern] = [
    path(HERE, account.account_detail, name="account_detail"),
    path(f"{HERE}activate/", account.account_activate, name="account_activate"),
    path(f"{HERE}deactivate/", account.account_deactivate, name="account_deactivate"),
    path(f"{HERE}run/", account.run_start, name="run_start"),
    path(f"{HERE}runs/", account.run_list, name="run_list"),
    path(f"{HERE}carriers/<int:pk>/", account.carrier_edit, name="carrier_edit"),
    path(f"{HERE}groups/", connecting.group_list, name="group_list"),
    path(f"{HERE}groups/<int:pk>/", connecting.group_join, name="group_join"),
    path(f"{HERE}groups/<int:pk>/part/", connecting.group_part, name="group_part"),
    path("groups/<int:pk>/carriers/connect/", connecting.connection_add, name="connection_add"),
    path("groups/<int:pk>/carriers/read/", connecting.group_read, name="group_read"),
    path("noyo/connections/<int:pk>/again/", connecting.connection_again, name="connection_again"),
    path("noyo/mappings/", mappings.mapping_list, name="mapping_list"),
    path("groups/<int:pk>/carriers/", group_carriers.group_carriers, name="group_carriers"),
    path(ONE, studio.mapping_detail, name="mapping_detail"),
    path(f"{ONE}structure/", studio.mapping_structure, name="mapping_structure"),
    path(f"{ONE}members/", people.mapping_members, name="mapping_members"),
    path(f"{ONE}acts/<int:batch_pk>/undo/", linking.act_undo, name="act_undo"),
    path(f"{ONE}history/", studio.mapping_history, name="mapping_history"),
    path(f"{ONE}ready/", linking.mapping_ready, name="mapping_ready"),
    path(f"{ONE}tell/", linking.mapping_tell, name="mapping_tell"),
    path(f"{ONE}reopen/", linking.mapping_reopen, name="mapping_reopen"),
    path(f"{ONE}rules/", rules.mapping_rules, name="mapping_rules"),
    path(f"{ONE}rules/add/", rules.rule_create, name="rule_create"),
    path(f"{ONE}rules/preview/", rules.rule_preview, name="rule_preview"),
    path(f"{ONE}rules/default/", rules.rule_default, name="rule_default"),
    path(f"{ONE}rules/<int:rule_pk>/", rules.rule_edit, name="rule_edit"),
    path(f"{ONE}rules/<int:rule_pk>/move/", rules.rule_move, name="rule_move"),
    path(f"{ONE}rules/<int:rule_pk>/delete/", rules.rule_delete, name="rule_delete"),
    path(f"{ONE}who/", who.mapping_who, name="mapping_who"),
    path(f"{ONE}missing.<slug:extension>", who.missing_file, name="missing_file"),
    path(f"{ONE}<slug:pane>/decide/", linking.mapping_decide, name="mapping_decide"),
    path(f"{ONE}<slug:pane>/accept/", linking.mapping_accept_all, name="mapping_accept_all"),
    path(f"{ONE}<slug:pane>/refresh/", linking.mapping_refresh, name="mapping_refresh"),
    path(f"{ONE}<slug:pane>/undo/<int:batch_pk>/", linking.mapping_undo, name="mapping_undo"),
    path("noyo/renewals/", renewals.renewal_list, name="renewal_list"),
    path("groups/<int:pk>/renewal/", renewals.group_renewal, name="group_renewal"),
    path("groups/<int:pk>/renewal/save/", renewals.renewal_save, name="renewal_save"),
    path("groups/<int:pk>/renewal/check/", renewals.renewal_check, name="renewal_check"),
    path("noyo/differences/", inbox.difference_list, name="difference_list"),
    path(
        "noyo/differences/settle/", settling.difference_settle_many, name="difference_settle_many"
    ),
    path("noyo/differences/undo/<int:batch_pk>/", settling.difference_undo, name="difference_undo"),
    path("noyo/differences/<int:pk>/settle/", settling.difference_settle, name="difference_settle"),
    path("noyo/differences/<int:pk>/", differences.difference_detail, name="difference_detail"),
    path(
        "noyo/differences/<int:pk>/decide/",
        differences.difference_decide,
        name="difference_decide",
    ),
    path("noyo/groups/<int:pk>/members/", people.member_list, name="member_list"),
    path("noyo/members/<int:pk>/link/", people.member_pair, name="member_pair"),
    path("noyo/member-links/<int:pk>/decide/", people.link_decide, name="link_decide"),
]
