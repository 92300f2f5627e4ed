"""Which line of business a source means by its words for a plan. Pure.

Source: plan types in HealthSherpa's and PlanCompare's deliveries, product codes of carriers' files,
CMS contract numbers (S is a stand-alone Part D plan; H and R are Medicare Advantage).
"""

import re

MED_ADV, MED_SUPP, PDP, OTHER = "med_adv", "med_supp", "pdp", "other"

# Compared without spaces and punctuation. The first that is found says the line: "supplement" is
# looked for before "medicare", and "MAPD" before the "PD" of a stand-alone plan.
_PHRASES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (MED_SUPP, ("medsup", "medicaresup", "medigap", "medicaresupp")),
    (MED_ADV, ("mapd", "medadv", "medicareadv", "partc", "dsnp", "csnp", "isnp")),
    (PDP, ("pdp", "partd", "prescriptiondrug", "drugplan")),
)
_WORDS = {
    "ma": MED_ADV,
    "maonly": MED_ADV,
    "mao": MED_ADV,
    "hmo": MED_ADV,
    "hmopos": MED_ADV,
    "hmosnp": MED_ADV,
    "ppo": MED_ADV,
    "pposnp": MED_ADV,
    "lppo": MED_ADV,
    "rppo": MED_ADV,
    "pffs": MED_ADV,
    "msa": MED_ADV,
    "snp": MED_ADV,
    "ms": MED_SUPP,
    "supp": MED_SUPP,
    "supplement": MED_SUPP,
    "pd": PDP,
}
_CONTRACT = re.compile(r"([A-Z])\d{4}(?:-|$)")
_LINE_OF_CONTRACT = {"H": MED_ADV, "R": MED_ADV, "S": PDP}


def read_line(text: str, plan_id: str = "") -> str:
    """Say which ``Line`` a plan is of: by the source's words, else by its CMS contract.

    Blank when neither says anything; ``other`` when the words mean a line that is not matched
    (dental, life): it is kept as it is.
    """
    plain = "".join(one for one in text.lower() if one.isalnum())
    for line, phrases in _PHRASES:
        if any(phrase in plain for phrase in phrases):
            return line
    if plain in _WORDS:
        return _WORDS[plain]
    contract = _CONTRACT.match(plan_id.upper())
    if contract and contract[1] in _LINE_OF_CONTRACT:
        return _LINE_OF_CONTRACT[contract[1]]
    return OTHER if plain else ""
