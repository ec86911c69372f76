"""Hints that show how a day is written (issue D, bad input: named, with what to do)."""

import pytest
import time_machine
from django.utils import translation

from credentials.forms.learners import DayField as OfLearners
from registry.forms.realisations import DayField

pytestmark = pytest.mark.once


@pytest.mark.parametrize("field", [DayField, OfLearners])
def test_hint_shows_today_on_whatever_day_it_is_read(field):
    """The form lives as long as the process: the day is that of reading, in Finland."""
    made = field()

    with translation.override("fi"):
        with time_machine.travel("2027-03-05T23:30:00+00:00", tick=False):
            first = str(made.help_text), str(made.error_messages["invalid"])
        with time_machine.travel("2027-12-31T12:00:00+00:00", tick=False):
            then = str(made.help_text)

    assert first == ("Muodossa 6.3.2027", "Anna päivä muodossa 6.3.2027 tai 2027-03-06.")
    assert then == "Muodossa 31.12.2027"
