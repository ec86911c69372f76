from django.utils.translation import get_language
from django.utils.translation import gettext as _

from registry.fields import CleanForm, TextsFormField
from registry.models import Code


class LevelsForm(CleanForm):
    """What each step means here, in three languages; the words of the code list stand beside."""

    def __init__(self, *args, steps: list[Code], **kwargs):
        language = get_language()
        self.base_fields = {
            step.code: TextsFormField(
                label=step.label[language],
                help_text=_("Common to all: %(text)s") % {"text": step.description.get(language, "")},
                rows=3,
                max_length=600,
            )
            for step in steps
        }
        super().__init__(*args, **kwargs)
