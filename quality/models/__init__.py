"""Models of quality; import them from here."""

from quality.models.agreement import EvaluationMeeting, PartnershipAgreement
from quality.models.appeal import Appeal
from quality.models.audit import Audit, AuditedArea
from quality.models.bundle import Bundle, BundleGrant
from quality.models.comment import FieldComment
from quality.models.cycle import ReviewCycle
from quality.models.feedback import (
    Complaint,
    FeedbackResult,
    Pilot,
    RecognitionRefusal,
    Snapshot,
    Survey,
    SurveyAnswer,
    SurveyInvitation,
    Trigger,
)
from quality.models.finding import Evidence, Finding
from quality.models.indicator import IndicatorTarget, IndicatorValue, Report, ReportGrant
from quality.models.notice import Notice, QualitySettings
from quality.models.panel import (
    AgendaItem,
    Decision,
    Origin,
    PanelMeeting,
    PanelMember,
    Rating,
    Seat,
    SelfAssessment,
    StandingMember,
    StandingPanel,
)
from quality.models.rectification import RectificationWindow
from quality.models.wishes import LearnerWishes

__all__ = [
    "AgendaItem", "Appeal", "Audit", "AuditedArea", "Bundle", "BundleGrant", "Complaint", "Decision",
    "EvaluationMeeting", "Evidence", "FeedbackResult", "FieldComment", "Finding", "IndicatorTarget",
    "IndicatorValue", "LearnerWishes", "Notice", "Origin", "PanelMeeting", "PanelMember",
    "PartnershipAgreement", "Pilot", "QualitySettings", "Rating", "RecognitionRefusal",
    "RectificationWindow", "Report", "ReportGrant", "ReviewCycle", "Seat", "SelfAssessment", "Snapshot",
    "StandingMember", "StandingPanel", "Survey", "SurveyAnswer", "SurveyInvitation", "Trigger",
]  # fmt: skip
