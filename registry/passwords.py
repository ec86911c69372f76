"""The rule of a password's length, in words of ours: Django's Finnish lacks them."""

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import gettext as _


class LongEnough(MinimumLengthValidator):
    """Django's rule, as a validator of AUTH_PASSWORD_VALIDATORS."""

    def get_error_message(self):
        return _("The password is too short: it needs at least %(number)s characters.") % {
            "number": self.min_length
        }
