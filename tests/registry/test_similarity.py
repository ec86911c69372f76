"""Near-duplicates (moonshot 9): of 40 planted among 300, at least 36 found with at most 4 false."""

import pytest

from registry import similarity
from registry.actions import codelists
from registry.models import OfferingVersion
from tests.factories.registry import InstitutionFactory, OfferingFactory, OfferingVersionFactory
from tests.registry.made_up_offerings import made_up


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_planted_near_duplicates_are_found(seed):
    texts, planted = made_up(count=300, planted=40, seed=seed)
    all_of_them = [
        similarity.text_of(key=key, title=title, outcomes=outcomes)
        for key, (title, outcomes) in texts.items()
    ]

    found = {
        frozenset({one.key, key})
        for place, one in enumerate(all_of_them)
        for key, score in similarity.scored(one, all_of_them[:place] + all_of_them[place + 1 :]).items()
        if score >= similarity.NEAR
    }

    assert len(found & planted) >= 36
    assert len(found - planted) <= 4


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
