"""The corpus of files for the verifier, at a size of seconds; docs/drills.md has the figures of all of it."""

import pytest

from credentials.drills import corpus
from credentials.drills.corpus_files import Sample
from tests.factories import AT

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_files_of_the_corpus_get_the_lines_they_must(tmp_path):
    """Issue D, 6, Shows and bad input: some of each kind through the API, codes through their page."""
    figures = corpus.rehearse(seed=1, languages=("sv",), codes=12, every=5, folder=tmp_path)

    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert (figures["files"], figures["codes"], figures["codes_not_valid"]) == (len(kept), 15, 4)
    assert len(kept) >= 40


def test_corpus_fails_on_one_file_that_is_judged_wrongly():
    """A drill that could not fail would show nothing."""
    wrong = Sample(kind="wrong file", name="nothing.json", data=b"", wrong={})

    with pytest.raises(corpus.Failed, match=r"1 of 1 judged wrongly\nwrong file: nothing\.json"):
        corpus.judge([wrong], at=AT)
