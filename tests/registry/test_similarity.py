"""Near-duplicates (moonshot 9): of 40 planted among 300, at least 36 found with at most 4 false."""

import pytest

from registry import similarity
from registry.actions import codelists
from registry.drills import duplicates
from registry.models import OfferingVersion
from tests.factories.registry import InstitutionFactory, OfferingFactory, OfferingVersionFactory


def test_planted_near_duplicates_are_found():
    """At the size that is asked for, once; `manage.py drill duplicates` does it ten times."""
    figures = duplicates.rehearse(seeds=range(1, 2))

    assert (figures["offerings"], figures["planted"]) == (300, 40)
    assert figures["found_least"] >= 36
    assert figures["false_most"] <= 4


@pytest.mark.django_db
def test_near_compares_own_drafts_and_what_others_published():
    codelists.load()
    house, other = InstitutionFactory(), InstitutionFactory()
    title = {"fi": "Vastuullinen tekoäly työssä hoitoalan ammattilaisille"}

    def version(institution, status="draft"):
        return OfferingVersionFactory(
            offering=OfferingFactory(institution=institution), status=status, title=title
        )

    mine, own, published = version(house), version(house), version(other, OfferingVersion.Status.PUBLISHED)
    version(other)  # another's draft stays theirs

    near = similarity.near(version=mine, institution=house)

    assert {one.version for one in near} == {own, published}
