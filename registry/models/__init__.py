"""Models of the register; import them from here."""

from registry.models.catalogue import CatalogueState, SearchGram, SearchHolders, SearchText, SearchWord
from registry.models.codelist import Code
from registry.models.contact import Contact, Link
from registry.models.draft import DraftPart, OfferingDefaults, OfferingFile, SourceText
from registry.models.feedback import AccessibilityFeedback
from registry.models.institution import Institution, Membership, RoleInvitation
from registry.models.letter import Letter
from registry.models.level import LevelDescriptor
from registry.models.need import ForesightNote, MeetingRecord
from registry.models.offering import Offering, OfferingVersion
from registry.models.outcome import LearningOutcome
from registry.models.parent import ParentNotice
from registry.models.partner import JointInvitation, PartnerKey, PartnerKeyUse, RecognitionNote
from registry.models.pathway import Pathway
from registry.models.realisation import Realisation
from registry.models.statement import Statement
from registry.models.texts import CodesField, TextsField
from registry.models.trail import TrailEntry
from registry.models.user import User

__all__ = [
    "AccessibilityFeedback", "CatalogueState", "Code", "CodesField", "Contact", "DraftPart",
    "ForesightNote", "Institution", "JointInvitation", "LearningOutcome", "Letter", "LevelDescriptor",
    "Link", "MeetingRecord", "Membership", "Offering", "OfferingDefaults", "OfferingFile",
    "OfferingVersion", "ParentNotice", "PartnerKey", "PartnerKeyUse", "Pathway", "Realisation",
    "RecognitionNote", "RoleInvitation", "SearchGram", "SearchHolders", "SearchText", "SearchWord",
    "SourceText", "Statement", "TextsField", "TrailEntry", "User",
]  # fmt: skip
