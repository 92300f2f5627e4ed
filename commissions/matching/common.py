"""Last names that many people bear: two rows that agree on one of them say little. Pure."""

_COMMON = """
smith johnson williams brown jones garcia rodriguez miller martinez davis hernandez lopez gonzalez
wilson anderson thomas taylor lee moore jackson perez martin thompson white sanchez harris ramirez
clark lewis robinson walker young hall allen torres nguyen wright flores king scott rivera green
hill adams baker nelson mitchell campbell gomez carter roberts diaz phillips evans turner reyes
cruz parker edwards collins stewart morris morales ortiz gutierrez murphy rogers cook kim morgan
cooper ramos peterson gonzales bell reed bailey chavez kelly howard richardson ward cox ruiz
brooks watson wood james mendoza gray bennett alvarez castillo price hughes vasquez sanders
jimenez long foster
"""
COMMON_LAST_NAMES = frozenset(_COMMON.split())
"""The hundred most common in the United States, each of one in 1,400 people or more.

Source: Census Bureau, surnames occurring 100 times or more, with estimates for 2013.
"""
