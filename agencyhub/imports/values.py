"""Imports are told when somebody decides what an unknown value means."""

from agencyhub.records import kinds

kinds.listen("import", task="agencyhub.imports.tasks.revalidate")
