"""How long a thousand awards take with their certificates, by two workers: issued, then made with the
batch."""

from django.utils import timezone

from credentials.benchmarks import storing
from credentials.drills import school
from credentials.models import BatchItem
from registry.actions import institutions
from registry.models import Institution

COUNT = 1_000
Mode, Moment, State = Institution.CertificateMode, Institution.CertificateMoment, BatchItem.CertificateState


def figures(count: int = COUNT) -> dict:
    return _figures("pdf", count, mode=Mode.PDF) | _figures("sealed_pdf", count, mode=Mode.ELECTRONIC_SEAL)


def _figures(name: str, count: int, *, mode: str) -> dict:
    """From the first award to the last certificate, all kept in the database."""
    for institution in Institution.objects.filter(offerings__code__in=storing.OFFERINGS):
        choice = {"institution": institution, "by": school.issuer_of(institution), "at": timezone.now()}
        institutions.choose_certificate_mode(mode=mode, **choice)
        institutions.choose_certificate_moment(moment=Moment.IN_BATCH, **choice)
    done = storing.worked(count)
    items = BatchItem.objects.filter(batch__in=done.batches)
    if left := items.exclude(certificate=State.MADE).count():
        raise RuntimeError(f"{left} certificates were not made")
    return {
        f"thousand_with_{name}_s": round(done.seconds * COUNT / items.count(), 1),
        f"with_{name}_worker_ms": done.worker_ms,
    }
