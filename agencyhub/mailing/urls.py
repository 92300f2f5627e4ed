"""The outbox, who does not want mail, and how it is set up."""

from django.urls import path

from agencyhub.mailing.views import optouts, outbox, settings, unsubscribe

app_name = "mailing"

urlpatterns = [
    path("settings/mail/", outbox.mail_list, name="mail_list"),
    path("settings/mail/<int:pk>/", outbox.mail_detail, name="mail_detail"),
    path("settings/mail/<int:pk>/html/", outbox.mail_html, name="mail_html"),
    path("settings/mail/<int:pk>/again/", outbox.mail_again, name="mail_again"),
    path("settings/mail/opt-outs/", optouts.optout_list, name="optout_list"),
    path("settings/mail/opt-outs/<int:pk>/end/", optouts.optout_end, name="optout_end"),
    path("settings/mail/rules/", settings.mailsettings_form, name="mailsettings"),
    path("accounts/mail/", settings.preference_form, name="preference"),
    path("accounts/mail/<int:pk>/resume/", settings.preference_resume, name="preference_resume"),
    path("mail/unsubscribe/<str:token>/", unsubscribe.unsubscribe, name="unsubscribe"),
]
