"""Addresses of `credentials`: `urlpatterns` below a language, `plain` without one."""

from django.urls import path

from credentials.views import (
    attainment_files,
    attainments,
    batches,
    certificates,
    claims,
    composites,
    continuity_packs,
    credential_changes,
    credentials,
    data_requests,
    documents,
    enrolments,
    holds,
    identity_codes,
    keys,
    learners,
    my_shares,
    my_wallet,
    participant_statuses,
    participants,
    pathways,
    published,
    shares,
    trail,
    verification,
    verification_lists,
    virta_exports,
    wallet,
    wallet_protocol,
)

urlpatterns = [
    # Learners, attainments and files of them
    path("staff/<str:institution>/learners/", learners.LearnerList.as_view(), name="learner-list"),
    path("staff/<str:institution>/learners/new/", learners.LearnerNew.as_view(), name="learner-new"),
    path(
        "staff/<str:institution>/learners/<uuid:uid>/",
        learners.LearnerDetail.as_view(),
        name="learner-detail",
    ),
    path(
        "staff/<str:institution>/learners/<uuid:uid>/edit/",
        learners.LearnerEdit.as_view(),
        name="learner-edit",
    ),
    path(
        "staff/<str:institution>/learners/<uuid:uid>/identity-code/",
        identity_codes.LearnerIdentityCode.as_view(),
        name="learner-identity-code",
    ),
    path(
        "staff/<str:institution>/learners/<uuid:uid>/identity-code/erase/",
        identity_codes.LearnerIdentityCodeErase.as_view(),
        name="learner-identity-code-erase",
    ),
    path(
        "staff/<str:institution>/learners/<uuid:uid>/invite/",
        learners.LearnerInvite.as_view(),
        name="learner-invite",
    ),
    path(
        "staff/<str:institution>/learners/<uuid:uid>/attainments/new/",
        attainments.AttainmentNew.as_view(),
        name="learner-attainment-new",
    ),
    path(
        "staff/<str:institution>/attainments/", attainments.AttainmentList.as_view(), name="attainment-list"
    ),
    path(
        "staff/<str:institution>/attainments/virta/", virta_exports.VirtaExport.as_view(), name="virta-export"
    ),
    path(
        "staff/<str:institution>/attainments/new/", attainments.AttainmentNew.as_view(), name="attainment-new"
    ),
    path(
        "staff/<str:institution>/attainments/<uuid:uid>/correct/",
        attainments.AttainmentCorrect.as_view(),
        name="attainment-correct",
    ),
    path(
        "staff/<str:institution>/attainments/<uuid:uid>/hold/",
        holds.AttainmentHold.as_view(),
        name="attainment-hold",
    ),
    # What learners ask of their data
    path(
        "staff/<str:institution>/data-requests/",
        data_requests.DataRequestList.as_view(),
        name="data-request-list",
    ),
    path(
        "staff/<str:institution>/data-requests/<uuid:uid>/",
        data_requests.DataRequestAnswer.as_view(),
        name="data-request",
    ),
    # Holds on issuing
    path("staff/<str:institution>/holds/", holds.HoldList.as_view(), name="hold-list"),
    path("staff/<str:institution>/holds/new/", holds.HoldNew.as_view(), name="hold-new"),
    path("staff/<str:institution>/holds/<uuid:uid>/lift/", holds.HoldLift.as_view(), name="hold-lift"),
    path(
        "staff/<str:institution>/attainment-files/new/",
        attainment_files.AttainmentFileNew.as_view(),
        name="attainment-file-new",
    ),
    path(
        "staff/<str:institution>/attainment-files/template.csv",
        attainment_files.AttainmentFileTemplate.as_view(),
        name="attainment-file-template",
    ),
    path(
        "staff/<str:institution>/attainment-files/<uuid:uid>/",
        attainment_files.AttainmentFileDetail.as_view(),
        name="attainment-file",
    ),
    path(
        "staff/<str:institution>/attainment-files/<uuid:uid>/import/",
        attainment_files.AttainmentFileImport.as_view(),
        name="attainment-file-import",
    ),
    path(
        "staff/<str:institution>/attainment-files/<uuid:uid>/rejected.csv",
        attainment_files.AttainmentFileRejected.as_view(),
        name="attainment-file-rejected",
    ),
    path("claim/<str:secret>/", claims.ClaimRecord.as_view(), name="claim"),
    path("claim-again/", claims.ClaimAgain.as_view(), name="claim-again"),
    path("claim-sent/", claims.ClaimSent.as_view(), name="claim-sent"),
    # Participants of a realisation
    path(
        "staff/<str:institution>/offerings/<str:code>/v<int:number>/realisations/<str:key>/cancel/",
        participants.RealisationCancel.as_view(),
        name="realisation-cancel",
    ),
    path(
        "staff/<str:institution>/offerings/<str:code>/v<int:number>/realisations/<str:key>/participants/",
        participants.ParticipantList.as_view(),
        name="participant-list",
    ),
    path(
        "staff/<str:institution>/offerings/<str:code>/v<int:number>/realisations/<str:key>/participants/new/",
        participants.ParticipantNew.as_view(),
        name="participant-new",
    ),
    path(
        "staff/<str:institution>/offerings/<str:code>/v<int:number>/realisations/<str:key>/participants/file/",
        participants.ParticipantFile.as_view(),
        name="participant-file",
    ),
    path(
        "staff/<str:institution>/participants/template.csv",
        participants.ParticipantTemplate.as_view(),
        name="participant-template",
    ),
    path(
        "staff/<str:institution>/offerings/<str:code>/v<int:number>/realisations/<str:key>/statuses/",
        participant_statuses.ParticipantStatuses.as_view(),
        name="participant-statuses",
    ),
    path(
        "staff/<str:institution>/participants/statuses.csv",
        participant_statuses.StatusTemplate.as_view(),
        name="participant-status-template",
    ),
    path(
        "staff/<str:institution>/offerings/<str:code>/v<int:number>/realisations/<str:key>/results/",
        participants.ParticipantResults.as_view(),
        name="participant-results",
    ),
    path(
        "staff/<str:institution>/participants/<uuid:uid>/cancel/",
        participants.ParticipantCancel.as_view(),
        name="participant-cancel",
    ),
    # Issuing
    path("staff/<str:institution>/batches/", batches.BatchList.as_view(), name="batch-list"),
    path("staff/<str:institution>/batches/new/", batches.BatchNew.as_view(), name="batch-new"),
    path("staff/<str:institution>/batches/<uuid:uid>/", batches.BatchDetail.as_view(), name="batch-detail"),
    path(
        "staff/<str:institution>/batches/<uuid:uid>/progress/",
        batches.BatchProgress.as_view(),
        name="batch-progress",
    ),
    path(
        "staff/<str:institution>/batches/<uuid:uid>/retry/", batches.BatchRetry.as_view(), name="batch-retry"
    ),
    # Composite credentials
    path("staff/<str:institution>/composites/", composites.CompositeList.as_view(), name="composite-list"),
    path(
        "staff/<str:institution>/composites/<str:code>/<uuid:uid>/",
        composites.CompositeIssue.as_view(),
        name="composite-issue",
    ),
    # Issued credentials
    path(
        "staff/<str:institution>/credentials/", credentials.CredentialList.as_view(), name="credential-list"
    ),
    path(
        "staff/<str:institution>/credentials/<uuid:uuid>/",
        credentials.CredentialDetail.as_view(),
        name="credential-detail",
    ),
    path(
        "staff/<str:institution>/credentials/<uuid:uuid>/revoke/",
        credentials.CredentialRevoke.as_view(),
        name="credential-revoke",
    ),
    path(
        "staff/<str:institution>/credentials/<uuid:uuid>/correct/",
        credential_changes.CredentialCorrect.as_view(),
        name="credential-correct",
    ),
    path(
        "staff/<str:institution>/credentials/<uuid:uuid>/suspend/",
        credential_changes.CredentialSuspend.as_view(),
        name="credential-suspend",
    ),
    path(
        "staff/<str:institution>/credentials/<uuid:uuid>/restore/",
        credential_changes.CredentialRestore.as_view(),
        name="credential-restore",
    ),
    path(
        "staff/<str:institution>/credentials/<uuid:uuid>/certificate/",
        certificates.CredentialCertificate.as_view(),
        name="credential-certificate",
    ),
    path(
        "staff/<str:institution>/batches/<uuid:uid>/certificates/retry/",
        batches.BatchCertificatesRetry.as_view(),
        name="batch-certificates-retry",
    ),
    path(
        "staff/<str:institution>/batches/<uuid:uid>/certificates/",
        certificates.BatchCertificates.as_view(),
        name="batch-certificates",
    ),
    path(
        "staff/<str:institution>/certificates/",
        certificates.CertificateModeChoice.as_view(),
        name="certificate-mode",
    ),
    # Signing keys
    path("staff/<str:institution>/keys/", keys.KeyList.as_view(), name="key-list"),
    path("staff/<str:institution>/keys/packs/", continuity_packs.PackList.as_view(), name="pack-list"),
    path(
        "staff/<str:institution>/keys/packs/<uuid:uid>.zip",
        continuity_packs.PackFile.as_view(),
        name="pack-file",
    ),
    path("staff/<str:institution>/keys/<slug:fragment>/rotate/", keys.KeyRotate.as_view(), name="key-rotate"),
    path("staff/<str:institution>/keys/<slug:fragment>/retire/", keys.KeyRetire.as_view(), name="key-retire"),
    path("staff/<str:institution>/keys/<slug:fragment>/leaked/", keys.KeyLeaked.as_view(), name="key-leaked"),
    path("staff/<str:institution>/trail/", trail.TrailList.as_view(), name="trail-list"),
    # The learner's own
    path("my/", wallet.MyCredentials.as_view(), name="my-credentials"),
    path("my/trail/", wallet.MyTrail.as_view(), name="my-trail"),
    path("my/pathways/", pathways.MyPathways.as_view(), name="my-pathways"),
    path("my/pathways/<str:code>/ask/", composites.MyCompositeAsk.as_view(), name="my-composite-ask"),
    path("my/enrolments/", enrolments.MyEnrolments.as_view(), name="my-enrolments"),
    path("my/credentials/<uuid:uuid>/", wallet.MyCredential.as_view(), name="my-credential"),
    path("my/credentials/<uuid:uuid>/certificate/", wallet.MyCertificate.as_view(), name="my-certificate"),
    path("my/credentials/<uuid:uuid>/download/", documents.MyDownloads.as_view(), name="my-downloads"),
    path(
        "my/credentials/<uuid:uuid>/download/<slug:form>/", documents.MyDownload.as_view(), name="my-download"
    ),
    path("my/credentials/<uuid:uuid>/wallet/", my_wallet.MyWalletNew.as_view(), name="my-wallet-new"),
    path("my/wallet/", my_wallet.MyWallet.as_view(), name="my-wallet"),
    path("my/wallet/<uuid:uid>/cancel/", my_wallet.WalletCancel.as_view(), name="wallet-cancel"),
    path("my/shares/", my_shares.MyShares.as_view(), name="my-shares"),
    path("my/shares/new/", my_shares.MyShareNew.as_view(), name="my-share-new"),
    path("my/shares/<uuid:uid>/", my_shares.MyShare.as_view(), name="my-share"),
    path("my/shares/<uuid:uid>/withdraw/", my_shares.ShareWithdraw.as_view(), name="share-withdraw"),
    # Enrolling; the links in letters
    path("enrol/<str:code>/v<int:number>/<str:key>/", enrolments.Enrol.as_view(), name="enrol"),
    path("enrolments/<str:secret>/", enrolments.EnrolmentPage.as_view(), name="enrolment"),
    path("enrolments/<str:secret>/cancel/", enrolments.EnrolmentCancel.as_view(), name="enrolment-cancel"),
    # For anybody
    path("s/<str:secret>/", shares.SharePage.as_view(), name="share"),
]

# Below verify/, tried before all others: the two hundred in front of them cost as much as the answer.
verify = [
    path("", verification.Verify.as_view(), name="verify"),
    path("list/", verification_lists.VerifyList.as_view(), name="verify-list"),
    path("frame/", verification.VerifyFrame.as_view(), name="verify-frame"),
    path("<str:code>/", verification.VerifyCode.as_view(), name="verify-code"),
]

plain = [
    # For verifiers anywhere
    path("institutions/<str:code>/did.json", published.did_document, name="did-document"),
    path("institutions/<str:code>/log.json", published.log_head, name="log-head"),
    path("institutions/<str:code>/log/<int:old>-<int:new>.json", published.log_growth, name="log-growth"),
    path("institutions/<str:code>/log/<slug:sha256>.json", published.log_entry, name="log-entry"),
    path("status-lists/<slug:public_id>", published.status_list, name="status-list"),
    # For wallets: the two well-known documents, and what they lead to
    path(
        ".well-known/openid-credential-issuer/institutions/<str:code>",
        wallet_protocol.issuer,
        name="wallet-issuer",
    ),
    path(
        ".well-known/oauth-authorization-server/institutions/<str:code>",
        wallet_protocol.authorization_server,
        name="wallet-authorization-server",
    ),
    path(
        "institutions/<str:code>/wallet/offer/<str:secret>",
        wallet_protocol.credential_offer,
        name="wallet-offer",
    ),
    path("institutions/<str:code>/wallet/token", wallet_protocol.token, name="wallet-token"),
    path("institutions/<str:code>/wallet/nonce", wallet_protocol.nonce, name="wallet-nonce"),
    path("institutions/<str:code>/wallet/credential", wallet_protocol.credential, name="wallet-credential"),
    # The signed bytes
    path("s/<str:secret>/credential.json", shares.ShareBytes.as_view(), name="share-bytes"),
    path("s/<str:secret>/<uuid:uuid>.json", shares.ShareBytes.as_view(), name="share-credential"),
    path("s/<str:secret>/<uuid:uuid>.sd-jwt", shares.SharePresentation.as_view(), name="share-presentation"),
    path("s/<str:secret>/picture.png", shares.SharePicture.as_view(), name="share-picture"),
    path("credentials/<uuid:uuid>", shares.CredentialBytes.as_view(), name="credential-bytes"),
]
