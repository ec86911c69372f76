"""Models of credentials; import them from here."""

from credentials.models.attainment import Attainment, AttainmentFile
from credentials.models.batch import Batch, BatchItem
from credentials.models.composite_request import CompositeRequest
from credentials.models.continuity_pack import ContinuityPack
from credentials.models.correction import Correction
from credentials.models.credential import Credential
from credentials.models.data_request import DataRequest
from credentials.models.document import CredentialDocument, PlainCertificate
from credentials.models.enrolment import Enrolment
from credentials.models.hold import IssuingHold
from credentials.models.identity_code import IdentityCode
from credentials.models.issued_log import LogEntry, TreeHead
from credentials.models.key import SigningKey
from credentials.models.learner import Claim, Learner
from credentials.models.rectification import Rectification
from credentials.models.share import Share, ShareViewing
from credentials.models.status_list import StatusList
from credentials.models.wallet_offer import WalletOffer

__all__ = [
    "Attainment", "AttainmentFile", "Batch", "BatchItem", "Claim", "CompositeRequest", "ContinuityPack",
    "Correction", "Credential", "CredentialDocument", "DataRequest", "Enrolment", "IdentityCode",
    "IssuingHold", "Learner", "LogEntry", "PlainCertificate", "Rectification", "Share", "ShareViewing",
    "SigningKey", "StatusList", "TreeHead", "WalletOffer",
]  # fmt: skip
