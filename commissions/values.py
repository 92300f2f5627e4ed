"""Applications are told when somebody decides what an unknown carrier means."""

from agencyhub.records import kinds

kinds.listen("application", task="commissions.tasks.resolve_application")
