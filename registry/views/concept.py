"""What a micro-credential is and is not, and the wizard that tells whether something is one (H-1)."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.concept import Question, Verdict, judge
from registry.forms.concept import ConceptForm
from registry.views.catalogue import PublicPage

# What is missing when a question is answered no, and what to do about it.
REASONS = {
    Question.OUTCOMES: gettext_lazy(
        "Learning outcomes are missing: write what the learner will be able to do."
    ),
    Question.SIZE: gettext_lazy(
        "The size is not from 1 to 59 ECTS credits: under one credit suits a competence badge, 60 credits or"
        " more need a justification or another form of education."
    ),
    Question.ASSESSMENT: gettext_lazy("Assessment is missing: describe how and by which criteria."),
    Question.CERTIFICATE: gettext_lazy(
        "An electronic certificate is missing: the learner must be able to share the credential."
    ),
    Question.NEED: gettext_lazy("A named need is missing: tell where it is known from."),
    Question.QUALITY: gettext_lazy(
        "Quality assurance is missing: take the offering into your quality system."
    ),
    Question.ALONE: gettext_lazy(
        "It is not smaller than a degree or not useful on its own: set its bounds again."
    ),
    Question.TARGET_GROUP: gettext_lazy("The target group is missing: tell for whom it is."),
}
VERDICTS = {
    Verdict.MICRO_CREDENTIAL: (
        gettext_lazy("Yes, this is a micro-credential."),
        gettext_lazy("All eight signs are there. It can be written into the register and sent to review."),
    ),
    Verdict.PARTICIPATION_BADGE: (
        gettext_lazy("No, this is not a micro-credential."),
        gettext_lazy(
            "Participation is not competence. A participation badge suits it, or a course without credits."
        ),
    ),
    Verdict.COURSE: (
        gettext_lazy("No, this is not a micro-credential."),
        gettext_lazy(
            "It is a course: the competence is assessed, but the learner gets no certificate of it to share."
        ),
    ),
    Verdict.NOT_YET: (
        gettext_lazy("Not yet, but it can become a micro-credential."),
        gettext_lazy("Add what is missing, then ask again."),
    ),
}
STATUSES = {Verdict.MICRO_CREDENTIAL: "success", Verdict.NOT_YET: "warning"}


class Concept(PublicPage):
    """Definition, examples, a table of what is and is not one; the wizard's answers are in the address."""

    template_name = "catalogue/concept.html"

    def get_context_data(self, **kwargs):
        form, verdict = wizard(self.request.GET)
        return super().get_context_data(form=form, verdict=verdict, kinds=_kinds(), **kwargs)


def wizard(answers) -> tuple[ConceptForm, dict]:
    """The form, and the verdict in words when all eight questions are answered."""
    asked = {"asked", *(question.value for question in Question)}
    form = ConceptForm(answers if set(answers) & asked else None)
    if not form.is_valid():
        return form, {}
    answer = judge(form.yes)
    title, text = VERDICTS[answer.verdict]
    return form, {
        "kind": answer.verdict.value,
        "tone": STATUSES.get(answer.verdict, "error"),
        "title": title,
        "text": text,
        "reasons": [REASONS[question] for question in answer.missing],
    }


def _kinds() -> list[dict]:
    """What is a micro-credential, and what is something else though it looks like one."""
    rows = (
        (
            _("A 5-credit module of robotics with a project that is assessed and a digital credential"),
            True,
            _("Assessed by public criteria, one to 59 credits, the learner owns the credential."),
        ),
        (
            _("A part of a degree programme offered on its own to people at work"),
            True,
            _("Useful on its own, with its own outcomes and its own credential."),
        ),
        (
            _("A package of three micro-credentials"),
            True,
            _("Micro-credentials can be stacked; the whole gets a composite credential, not a study right."),
        ),
        (
            _("A two-hour webinar"),
            False,
            _("Nothing is assessed: a participation badge, at most."),
        ),
        (
            _("A skill shown in a test, without credits"),
            False,
            _("Assessed, but under one credit: a competence badge."),
        ),
        (
            _("A degree, or education of more than 60 credits"),
            False,
            _("Too large; exactly 60 credits are possible with a justification."),
        ),
        (
            _("An offering in the catalogue before anybody has completed it"),
            False,
            _("It is the product. The micro-credential is the record of what the learner has achieved."),
        ),
    )
    return [{"what": what, "is_one": is_one, "why": why} for what, is_one, why in rows]
