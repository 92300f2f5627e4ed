"""The part of an address that says which PlanCompare variant a page is about."""

from integrations.plancompare.models import Site

SLUGS = {
    Site.Variant.BROKER.value: "plancompare-broker",
    Site.Variant.CALL_CENTER.value: "plancompare-call-center",
}
VARIANTS = {slug: variant for variant, slug in SLUGS.items()}


class VariantConverter:
    """``plancompare-broker`` or ``plancompare-call-center`` to the variant and back."""

    regex = "|".join(VARIANTS)

    def to_python(self, value: str) -> str:
        """Answer the stored variant."""
        return VARIANTS[value]

    def to_url(self, value: str) -> str:
        """Answer the slug of a variant; no address fits anything else (ValueError)."""
        if value not in SLUGS:
            raise ValueError(value)
        return SLUGS[value]
