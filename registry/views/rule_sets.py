"""Which rule set new versions are written under, and what another would ask of what is published."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.generic import FormView

from registry import elements, rule_sets
from registry.access import Permission
from registry.actions import institutions
from registry.forms.rule_sets import RuleSetForm
from registry.web import StaffView


class RuleSetChoice(StaffView, FormView):
    """`?under=` shows the consequences of a set before anybody chooses it."""

    permission = Permission.RULES_CHOOSE
    template_name = "registry/rule_set.html"
    form_class = RuleSetForm

    def get_initial(self):
        return {"rule_set": self._under()}

    def form_valid(self, form):
        name = form.cleaned_data["rule_set"]
        here = reverse("rule-set", args=[self.institution.code.lower()])
        if "look" in self.request.POST:
            return HttpResponseRedirect(f"{here}?under={name}#recheck")
        institutions.choose_rule_set(
            institution=self.institution, rule_set=name, by=self.request.user, at=timezone.now()
        )
        messages.success(self.request, _("New versions are written under this rule set now."))
        return HttpResponseRedirect(here)

    def get_context_data(self, **kwargs):
        known, under, language = rule_sets.read(), self._under(), get_language()
        return super().get_context_data(
            chosen=known[self.institution.rule_set].label[language],
            under=known[under].label[language],
            rows=self._rows(under),
            home_url=reverse("staff-home", args=[self.institution.code.lower()]),
            **kwargs,
        )

    def _under(self) -> str:
        asked = self.request.GET.get("under", "")
        return asked if asked in rule_sets.read() else self.institution.rule_set

    def _rows(self, under: str) -> list[dict]:
        """What is in force and would have to mend something, with what (C-04)."""
        house = self.institution.code.lower()
        return [
            {
                "version": version,
                "reasons": [remark.text for remark in reasons],
                "url": reverse("version-detail", args=[house, version.offering.code, version.number]),
            }
            for version in elements.published(self.institution)
            if (reasons := elements.to_recheck(version=version, rule_set=under))
        ]
