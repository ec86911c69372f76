"""Staff pages that change how a credential stands: corrected, suspended, put in force again."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView

from credentials.actions import corrections, revocations, suspensions, wholes
from credentials.forms.credentials import CorrectForm, SuspendForm, WhyForm
from credentials.models import Credential
from credentials.views import wording
from credentials.views.desk import DeskView, add_errors
from registry.access import Permission
from registry.errors import Invalid, StateChanged

Status = Credential.Status
RESTORED = _("The credential is in force again, and the learner is told by e-mail.")
SUSPENDED_AGAIN = _("The suspension that was before it goes on, and the learner is told by e-mail.")
TOLD = _("The learner is told by e-mail.")


class ChangeView(DeskView, FormView):
    """One form about one credential; `texts` has the words of the page."""

    permission = Permission.CREDENTIAL_REVOKE
    template_name = "credentials/credential_change.html"
    parents = [(_("Issued credentials"), "credential-list")]

    def get_context_data(self, **kwargs):
        credential = self.credential()
        self.saw([credential.learner])
        return super().get_context_data(
            credential=credential,
            title=wording.title(credential),
            wholes=[
                wording.whole(one, institution=self.institution)
                for one in credential.wholes.order_by("pk")
                if self.moves(one)
            ],
            words=self.words(credential),
            **kwargs,
        )

    def form_valid(self, form):
        credential = self.credential()
        try:
            shown, said = self.act(credential, form)
        except Invalid as problem:
            add_errors(form, problem)
            return self.form_invalid(form)
        messages.success(self.request, said)
        return redirect("credential-detail", self.code, shown.pk)

    def who(self) -> dict:
        return {"by": self.request.user, "at": timezone.now()}

    def moves(self, whole: Credential) -> bool:
        """Whether a composite credential that lists this one changes with it."""
        return wholes.ends_with_part(whole)

    def credential(self) -> Credential:
        rows = self.institution.credentials.select_related(
            "learner", "institution", "version", "pathway", "attainment__realisation"
        )
        return get_object_or_404(rows, pk=self.kwargs["uuid"])


class CredentialCorrect(ChangeView):
    form_class = CorrectForm

    def get_form_kwargs(self):
        version = self.credential().version
        return super().get_form_kwargs() | {"scale": version.grading_scale if version else ""}

    def get_initial(self):
        credential = self.credential()
        return {} if credential.is_composite else vars(corrections.recorded(credential))

    def act(self, credential, form):
        new = corrections.correct(
            credential=credential, facts=form.facts(), reason=form.cleaned_data["reason"], **self.who()
        )
        said = _("The corrected credential is issued. It replaces the earlier one, and the learner is told.")
        return new, said

    def words(self, credential):
        return {
            "heading": _("Correct a credential"),
            "submit": _("Issue the corrected credential"),
            "whole": _("This composite credential ends with it; a new one can be issued of the new part:"),
            "notes": [
                _(
                    "A new credential is issued with a code of its own. It ends on the same day as this one "
                    "would have."
                ),
                _(
                    "This one stays in the register. Whoever verifies it sees that it was replaced, and by "
                    "which."
                ),
                _(
                    "Links that the learner has shared go on showing this one; the letter tells them to make "
                    "new ones."
                ),
                TOLD,
            ],
        }


class CredentialSuspend(ChangeView):
    form_class = SuspendForm

    def act(self, credential, form):
        suspensions.suspend(credential=credential, **form.cleaned_data, **self.who())
        return credential, _("The credential is suspended, and the learner is told by e-mail.")

    def moves(self, whole):
        return whole.status == Status.VALID

    def words(self, credential):
        return {
            "heading": _("Suspend a credential"),
            "submit": _("Suspend the credential"),
            "whole": _("This composite credential is suspended with it:"),
            "notes": [
                _("Whoever verifies it sees that it is suspended for the time being."),
                _("You can put it in force again at any time."),
                TOLD,
            ],
        }


class CredentialRestore(ChangeView):
    """Of one that is revoked, replaced or suspended: as it was before."""

    form_class = WhyForm

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        if self.credential().status == Status.SUSPENDED:  # nothing went wrong
            form.fields["reason"].help_text = _("For the trail: what was found out and how you know it.")
        return form

    def act(self, credential, form):
        said = {"reason": form.cleaned_data["reason"], **self.who()}
        if credential.status == Status.REVOKED:
            revocations.undo(credential=credential, **said)
        elif credential.status == Status.SUSPENDED:
            suspensions.resume(credential=credential, **said)
        elif credential.status == Status.REPLACED:
            # Undone meanwhile, it is still the newest: the action refuses it.
            corrections.undo(correction=credential.corrections.latest("pk"), **said)
        else:
            raise StateChanged(_("The credential is in force already."))
        is_suspended = self.credential().status == Status.SUSPENDED
        return credential, SUSPENDED_AGAIN if is_suspended else RESTORED

    def moves(self, whole):
        return whole.fell_with_part

    def words(self, credential):
        words = {
            Status.REVOKED: (_("Undo the revocation"), _("Do not undo")),
            Status.SUSPENDED: (_("End the suspension"), _("Do not end it")),
            Status.REPLACED: (_("Undo the correction"), _("Do not undo")),
        }
        heading, cancel = words.get(credential.status, words[Status.REVOKED])
        notes = [self.becomes(credential)]
        if credential.status == Status.REPLACED:
            notes.append(
                _("The corrected credential is revoked, and the records are as before the correction.")
            )
        notes += [_("What happened stays in the trail."), TOLD]
        whole = _("This composite credential comes back with it, when all its parts are in force:")
        return {"heading": heading, "submit": heading, "cancel": cancel, "notes": notes, "whole": whole}

    def becomes(self, credential) -> str:
        if credential.status == Status.REVOKED:
            to, _fields = wholes.as_before(credential, at=timezone.now())
            if to == Status.SUSPENDED and credential.is_composite:
                return _("It was suspended before, or a part of it is: it is suspended then, not in force.")
            if to == Status.SUSPENDED:
                return _("It was suspended before: it is suspended then, not in force.")
        if credential.status == Status.REPLACED:
            correction = credential.corrections.select_related("replacement").latest("pk")
            if correction.replacement.status == Status.SUSPENDED:
                return _("The corrected credential is suspended: so is this one then, for the same reason.")
        return _("The same signed credential is in force again, also in links that the learner has shared.")
