"""The text of a version as a panel read it: kept with the decision, compared with what became of it."""

from registry.models import LearningOutcome, OfferingVersion

OUTCOME = ("order", "kind", "text", "skill_keywords", "skills")


def kept(version: OfferingVersion) -> dict:
    """The content and the outcomes as they are stored now."""
    content = OfferingVersion.objects.values(*OfferingVersion.CONTENT).get(pk=version.pk)
    return content | {"outcomes": list(version.outcomes.order_by("order").values(*OUTCOME))}


class Reading:
    """A kept text in the shape of a version, for `registry.differences`."""

    def __init__(self, content: dict):
        for name in OfferingVersion.CONTENT:
            field = OfferingVersion._meta.get_field(name)
            setattr(self, name, field.to_python(content.get(name, field.get_default())))
        self.outcomes = _Outcomes(content.get("outcomes", []))


class _Outcomes:
    def __init__(self, rows: list[dict]):
        self._rows = [LearningOutcome(**row) for row in rows]

    def all(self) -> list[LearningOutcome]:
        return self._rows
