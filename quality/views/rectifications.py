"""Staff pages of rectification: requests that wait, windows that are open, a new one (rule 14)."""

from collections.abc import Iterable
from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, TemplateView

from credentials.models import Rectification
from quality import rectifying, rules
from quality.actions import rectifications
from quality.forms.rectifications import WindowChangeForm, WindowForm
from quality.models import RectificationWindow
from registry import trail
from registry.access import Permission
from registry.errors import Invalid
from registry.web import StaffView

PAGE = 50
MOST = 100
OPEN = (gettext_lazy("Can be asked for"), "info")
ASKED = (gettext_lazy("Rectification asked for"), "warning")
OVER = (gettext_lazy("The time is over"), "")


class WindowView(StaffView):
    """Mixin: a page on which learners are named."""

    permission = Permission.ATTAINMENT_WRITE

    def saw(self, windows: Iterable[RectificationWindow | Rectification], *, verb: str) -> None:
        """Write down whom this page shows (N6)."""
        pairs = [(one, one.learner.uid) for one in windows]
        who = {"by": self.request.user, "at": timezone.now()}
        trail.record_each(verb=verb, pairs=pairs, **who, reason="why_rectification")


class WindowList(WindowView, TemplateView):
    """Who keeps attainments sees whose each is, and goes on from here; who watches quality sees the rest."""

    permission = Permission.RECTIFICATION_READ
    template_name = "quality/rectification_list.html"

    def get_context_data(self, **kwargs):
        here, today = [self.institution.code.lower()], timezone.localdate()
        every = rectifications.of(self.institution)
        page = Paginator(every, PAGE).get_page(self.request.GET.get("page"))
        rows = []
        if self.can_handle:
            self.saw(page, verb="listed")
        for one in page:
            label, tone = ASKED if one.asked_on else OPEN if one.ends_on >= today else OVER
            url = reverse("rectification-edit", args=[*here, one.uid])
            rows.append({"window": one, "label": label, "tone": tone, "url": url})
        return super().get_context_data(
            requests=self.requests(today),
            can_handle=self.can_handle,
            rows=rows,
            page=page,
            days=rules.limits_of(self.institution).rectification_days,
            new_url=reverse("rectification-new", args=here),
            paper_url=reverse("rectification-paper", args=here),
            home_url=reverse("staff-home", args=here),
            **kwargs,
        )

    @property
    def can_handle(self) -> bool:
        return Permission.ATTAINMENT_WRITE in self.permissions

    def requests(self, today: date) -> list[dict]:
        """The newest hundred of the learners' requests, those that wait first, with days left to answer."""
        found = list(rectifying.of_staff(self.institution)[:MOST])
        if self.can_handle:
            self.saw(found, verb="listed")
        here = self.institution.code.lower()
        return [
            {
                "request": one,
                "days": (one.answer_due_on - today).days,
                "tone": "warning" if one.is_open else "",
                "url": reverse("rectification-request", args=[here, one.uid]),
            }
            for one in found
        ]


class WindowWriting(WindowView, FormView):
    """Mixin: a form about a window; `keep` calls the action."""

    template_name = "quality/feedback_form.html"

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "people": rectifications.handlers(self.institution)}

    def form_valid(self, form):
        try:
            self.keep(form.cleaned_data, by=self.request.user, at=timezone.now())
        except Invalid as refusal:
            form.refuse(refusal.reasons or [("", refusal.message)])
            return self.form_invalid(form)
        messages.success(self.request, _("Saved."))
        return redirect("rectification-list", self.institution.code.lower())

    def get_context_data(self, **kwargs):
        back = reverse("rectification-list", args=[self.institution.code.lower()])
        return super().get_context_data(
            title=self.title(), submit=_("Save"), back=back, back_label=_("Rectification"), **kwargs
        )


class WindowNew(WindowWriting):
    form_class = WindowForm

    def title(self) -> str:
        return _("Write down a decision that the learner was told")

    def keep(self, entered: dict, **who) -> None:
        learner = rectifications.learner(self.institution, named=entered["learner"])
        rectifications.open_window(**entered | {"learner": learner}, **who)


class WindowEdit(WindowWriting):
    form_class = WindowChangeForm

    @cached_property
    def window(self) -> RectificationWindow:
        return get_object_or_404(rectifications.of(self.institution), uid=self.kwargs["uid"])

    def title(self) -> str:
        return f"{self.window.learner.name}: {self.window.about}"

    def get(self, request, *args, **kwargs):
        self.saw([self.window], verb="looked_at")
        return super().get(request, *args, **kwargs)

    def get_initial(self):
        return {"handler": self.window.handler_id, "asked_on": self.window.asked_on}

    def keep(self, entered: dict, **who) -> None:
        rectifications.change(window=self.window, **entered, **who)
