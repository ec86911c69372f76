"""What the level steps for working life mean in an institution (C-20)."""

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.generic import FormView

from registry import rule_sets
from registry.access import Permission
from registry.actions import levels
from registry.errors import Invalid
from registry.forms.levels import LevelsForm
from registry.web import StaffView


class LevelSteps(StaffView, FormView):
    """The steps of the institution's rule set, each with its own words or those of the code list."""

    permission = Permission.LEVELS_DESCRIBE
    template_name = "registry/level_steps.html"
    form_class = LevelsForm

    def get_form_kwargs(self):
        steps = levels.words(rule_sets.read()[self.institution.rule_set].levels)
        return {**super().get_form_kwargs(), "steps": steps}

    def get_initial(self):
        return levels.current(self.institution)

    def form_valid(self, form):
        try:
            levels.describe(
                institution=self.institution, descriptions=form.cleaned_data, by=self.request.user,
                at=timezone.now(),
            )  # fmt: skip
        except Invalid as refusal:
            for field, text in refusal.reasons:
                form.add_error(field, text)
            return self.form_invalid(form)
        messages.success(self.request, _("The level steps were saved."))
        return redirect("level-steps", self.institution.code.lower())

    def get_context_data(self, **kwargs):
        house, language = self.institution.code.lower(), get_language()
        known = {step.code: step.label[language] for step in levels.words(levels.every())}
        rows = self.institution.level_descriptors.select_related("by").order_by("-since", "-pk")
        return super().get_context_data(
            rule_set=rule_sets.read()[self.institution.rule_set].label[language],
            changes=[
                {"since": row.since, "by": row.by, "step": known[row.code], "text": row.description}
                for row in rows
            ],
            main=self.institution.main_language,
            home_url=reverse("staff-home", args=[house]),
            **kwargs,
        )
