"""How a day is written, shown by an example: today, whenever and in whatever language it is read."""

from django.utils import timezone
from django.utils.functional import lazy


def today() -> dict[str, str]:
    day = timezone.localdate()
    return {"day": f"{day.day}.{day.month}.{day.year}", "iso": day.isoformat()}


def _with_today(text) -> str:
    return str(text) % today()


with_today = lazy(_with_today, str)  # of hints that are read later than they are written
