"""Refusals: what an action says when it may not proceed, worded for the person who asked."""


class Refused(Exception):
    """An action may not proceed; nothing was changed.

    `code` is stable and goes to API clients; `message` (lazy, translated) says why and what to do next.
    `reasons` are the parts of a refusal that has several: pairs of (field or "", message). `status` is the
    HTTP status of the page or problem document.
    """

    code = "refused"
    status = 409

    def __init__(self, message, *, code: str = "", reasons=()):
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.reasons = tuple(reasons)


class StateChanged(Refused):
    """Somebody else moved the state first: "Tila on jo muuttunut"."""

    code = "state_changed"


class NotAllowed(Refused):
    """The person may not do this to this row, whatever its state (own work, another's task)."""

    code = "not_allowed"
    status = 403


class Invalid(Refused):
    """A value breaks a rule that more than one field or row decides; `reasons` name the fields."""

    code = "invalid"
