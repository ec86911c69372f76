"""The learner's own page of which letters are wanted (P-11, 6.5)."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from credentials.models import Learner
from quality.actions import wishes
from quality.forms.wishes import WishesForm
from registry.web import SignedInView


@method_decorator(never_cache, name="dispatch")
class MyWishes(SignedInView, TemplateView):
    """One form for each institution that keeps a record of the person."""

    template_name = "quality/my_wishes.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(rows=[self._row(one) for one in self._records()], **kwargs)

    def post(self, request):
        learner = get_object_or_404(self._records(), uid=_uid(request))
        form = self._form(learner, data=request.POST)
        if form.is_valid():
            self._keep(learner, form.cleaned_data)
            messages.success(request, _("Saved."))
        return redirect("my-wishes")

    def _records(self):
        return self.request.user.learner_records.select_related("institution", "wishes").order_by(
            "institution__short_name", "pk"
        )

    def _row(self, learner: Learner) -> dict:
        kept = getattr(learner, "wishes", None)
        return {
            "uid": learner.uid,
            "institution": learner.institution,
            "form": self._form(learner),
            "has_refused": bool(kept and kept.refused_at),
        }

    def _form(self, learner: Learner, *, data=None) -> WishesForm:
        return WishesForm(data, wishes=getattr(learner, "wishes", None), prefix=f"record-{learner.uid.hex}")

    def _keep(self, learner: Learner, chosen: dict) -> None:
        who = {"learner": learner, "by": self.request.user, "at": timezone.now()}
        if chosen.get("career") == "yes":
            wishes.agree(**who)
        elif chosen.get("career") == "no":
            wishes.refuse(**who)
        wishes.be_told(wanted=chosen["expiry"], **who)


def _uid(request) -> UUID:
    try:
        return UUID(request.POST.get("record", ""))
    except ValueError as nothing:
        raise Http404 from nothing
