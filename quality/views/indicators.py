"""What people keep of indicators: recorded values with their source, goals."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, View

from quality import dashboards
from quality.actions import indicators
from quality.actions.indicators import Place
from quality.forms.indicators import ForgetForm, GoalForm, ValueForm
from quality.views.panel import blame
from registry.access import Permission
from registry.errors import Invalid
from registry.web import StaffView


class IndicatorWriting(StaffView, FormView):
    """Mixin: a form about one indicator; `keep` calls the action."""

    permission = Permission.INDICATOR_WRITE
    template_name = "quality/feedback_form.html"
    title = lead = ""

    @cached_property
    def networks(self) -> list[str]:
        return dashboards.networks(self.institution)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "networks": self.networks}

    def get_initial(self):
        asked = self.request.GET
        return {
            "year": timezone.localdate().year,
            "indicator": asked.get("indicator", ""),
            "network": asked.get("network", ""),
        }

    def form_valid(self, form):
        try:
            self.keep(form, by=self.request.user, at=timezone.now())
        except Invalid as refusal:
            blame(form, refusal)
            return self.form_invalid(form)
        messages.success(self.request, _("Saved."))
        return redirect(page_of(self.institution, form.place()))

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            title=self.title,
            lead=self.lead,
            submit=_("Save"),
            back=reverse("dashboard", args=[self.institution.code.lower()]),
            back_label=_("Dashboard"),
            **kwargs,
        )


class IndicatorRecord(IndicatorWriting):
    form_class = ValueForm
    title = gettext_lazy("Record a value")
    lead = gettext_lazy(
        "What the register cannot count, with the source. A recorded value is shown before the counted one;"
        " both stay to be seen."
    )

    def keep(self, form, **who) -> None:
        said = {name: form.cleaned_data[name] for name in ("value", "whole", "source")}
        indicators.record(institution=self.institution, place=form.place(), **said, **who)


class IndicatorAim(IndicatorWriting):
    form_class = GoalForm
    title = gettext_lazy("Set a goal")
    lead = gettext_lazy(
        "The baseline, an interim goal or the last goal of a year. It takes the place of the earlier."
    )

    def keep(self, form, **who) -> None:
        named = ("kind", "value", "highest", "is_percent", "themes", "source")
        said = {name: form.cleaned_data[name] for name in named}
        indicators.aim(institution=self.institution, place=form.place(), **said, **who)


class IndicatorForget(StaffView, View):
    """Take a recorded value away."""

    permission = Permission.INDICATOR_WRITE

    def post(self, request):
        form = ForgetForm(request.POST, networks=dashboards.networks(self.institution))
        if not form.is_valid():
            return HttpResponse(status=400)
        place = form.place()
        indicators.forget(institution=self.institution, place=place, by=request.user, at=timezone.now())
        messages.success(request, _("The value has been taken away."))
        return redirect(page_of(self.institution, place))


def page_of(institution, place: Place) -> str:
    address = reverse("indicator-detail", args=[institution.code.lower(), place.indicator])
    return f"{address}?{urlencode({'network': place.network})}" if place.network else address
