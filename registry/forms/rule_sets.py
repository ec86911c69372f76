from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from registry import rule_sets
from registry.fields import CleanForm


class RuleSetForm(CleanForm):
    rule_set = forms.ChoiceField(label=_("Rule set"), widget=forms.RadioSelect)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        language = get_language()
        self.fields["rule_set"].choices = [
            (name, f"{one.label[language]} ({name}): {one.description[language]}")
            for name, one in rule_sets.read().items()
        ]
