"""Staff page of a learner's henkilötunnus: kept, seen for a reason, erased; never in an address."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView, View

from credentials import identity_codes as kept
from credentials.actions import identity_codes
from credentials.forms.identity_codes import IdentityCodeForm, LookForm
from credentials.models import Learner
from credentials.views.desk import DeskView, add_errors
from registry.access import Permission
from registry.errors import Invalid


@method_decorator([never_cache, sensitive_post_parameters("code")], name="dispatch")
class LearnerIdentityCode(DeskView, FormView):
    """One form: to keep a code where there is none, else to say why one looks at it."""

    parents = ((gettext_lazy("Learners"), "learner-list"),)
    permission = Permission.LEARNER_WRITE
    template_name = "credentials/identity_code.html"

    @cached_property
    def learner(self) -> Learner:
        rows = self.institution.learners.select_related("identity_code__written_by")
        return get_object_or_404(rows, uid=self.kwargs["uid"])

    @property
    def code_kept(self):
        return getattr(self.learner, "identity_code", None)

    def get_form_class(self):
        return LookForm if self.code_kept else IdentityCodeForm

    def get(self, request, *args, **kwargs):
        self.saw([self.learner])
        return super().get(request, *args, **kwargs)

    def form_valid(self, form):
        who = {"learner": self.learner, "by": self.request.user, "at": timezone.now()}
        try:
            if self.code_kept:
                seen = identity_codes.look(**form.cleaned_data, **who)
                return self.render_to_response(self.get_context_data(form=LookForm(), seen=seen))
            identity_codes.keep(**form.cleaned_data, **who)
        except Invalid as problem:
            add_errors(form, problem)
            return self.form_invalid(form)
        messages.success(self.request, _("The personal identity code is kept, encrypted."))
        return redirect("learner-identity-code", self.code, self.learner.uid)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            learner=self.learner,
            kept=self.code_kept,
            can_keep=kept.are_kept() and not self.learner.learner_oid,
            back=reverse("learner-detail", args=[self.code, self.learner.uid]),
            **kwargs,
        )


class LearnerIdentityCodeErase(DeskView, View):
    permission = Permission.LEARNER_WRITE

    def post(self, request, uid):
        learner = get_object_or_404(self.institution.learners, uid=uid)
        identity_codes.forget(learner=learner, by=request.user, at=timezone.now())
        messages.success(request, _("The personal identity code has been erased."))
        return redirect("learner-detail", self.code, uid)
