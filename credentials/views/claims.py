"""The pages behind the link by which a learner opens an account. They tell nobody whether a record exists."""

from django.contrib.auth import login
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView, TemplateView

from credentials.actions import claims
from credentials.forms.learners import ClaimAgainForm, ClaimForm, ClaimWithPasswordForm


@method_decorator([never_cache, sensitive_post_parameters()], name="dispatch")
class ClaimRecord(FormView):
    template_name = "credentials/claim.html"

    def dispatch(self, request, *args, **kwargs):
        try:
            self.claim = claims.open_claim(secret=kwargs["secret"], at=timezone.now())
            return super().dispatch(request, *args, **kwargs)
        except claims.ClaimEnded:
            return render(request, "credentials/claim_ended.html", {"form": ClaimAgainForm()}, status=410)

    def get_form(self, form_class=None):
        arguments = self.get_form_kwargs()
        if self.request.user.is_authenticated:
            return ClaimForm(**arguments)
        return ClaimWithPasswordForm(**arguments, learner=self.claim.learner)

    def form_valid(self, form):
        signed_in = self.request.user.is_authenticated
        user = claims.claim(
            secret=self.kwargs["secret"],
            birth_date=form.cleaned_data["birth_date"],
            user=self.request.user if signed_in else None,
            password=form.cleaned_data.get("password", ""),
            at=timezone.now(),
        )
        if user is None:
            form.add_error(
                "birth_date",
                _("The birth date is not the one in the register. After five wrong tries the link ends."),
            )
            return self.form_invalid(form)
        if not signed_in:
            login(self.request, user)
        return redirect("my-credentials")

    def get_context_data(self, **kwargs):
        signed_in = self.request.user.is_authenticated
        return super().get_context_data(
            institution_name=self.claim.learner.institution.short_name,
            needs_sign_in=not signed_in and claims.needs_sign_in(self.claim),
            signed_in=signed_in,
            address=self.request.path,
            **kwargs,
        )


class ClaimAgain(FormView):
    template_name = "credentials/claim_again.html"
    form_class = ClaimAgainForm

    def form_valid(self, form):
        claims.invite_again(email=form.cleaned_data["email"], at=timezone.now())
        return redirect("claim-sent")


class ClaimSent(TemplateView):
    template_name = "credentials/claim_sent.html"
