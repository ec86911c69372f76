"""The tables as 0032 left them, in one step: what a new database begins with. An earlier one went 0001 to 0032."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from registry.triggers import freeze, thaw

CREDENTIAL = (
    "id", "human_code", "institution_id", "learner_id", "attainment_id", "version_id", "statement_id", "key_id",
    "status_list_id", "status_index", "issued_at", "valid_until", "language", "document", "sha256", "award",
)  # fmt: skip
KEY = (
    "institution_id", "did", "fragment", "purpose", "algorithm", "public_multibase", "chain", "created_at",
)  # fmt: skip


def seal(apps, editor):
    freeze(editor, table="credentials_credential", columns=CREDENTIAL)
    freeze(editor, table="credentials_signingkey", columns=KEY)
    freeze(editor, table="credentials_credentialdocument", columns=[])


def open_again(apps, editor):
    for table in ("credential", "signingkey", "credentialdocument"):
        thaw(editor, table=f"credentials_{table}")


class Migration(migrations.Migration):

    replaces = [('credentials', '0001_initial'), ('credentials', '0002_initial'), ('credentials', '0003_sealed'), ('credentials', '0004_learner_once_and_file_counts'), ('credentials', '0005_batch_issued_at'), ('credentials', '0006_enrolment'), ('credentials', '0007_enrolment_accepted'), ('credentials', '0008_enrolment_ripa'), ('credentials', '0009_issuing_hold'), ('credentials', '0010_award'), ('credentials', '0011_award_sealed'), ('credentials', '0012_signing_keys'), ('credentials', '0013_credential_document'), ('credentials', '0014_documents_sealed'), ('credentials', '0020_documentation_rule'), ('credentials', '0030_share_choices'), ('credentials', '0031_shares_of_people'), ('credentials', '0032_share_of_one_gone')]

    initial = True

    dependencies = [
        ('registry', '0001_squashed_0020_documentation_rule'),
    ]

    operations = [
        migrations.CreateModel(
            name='AttainmentFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attainment_files', to='registry.institution')),
                ('name', models.CharField(max_length=200)),
                ('sha256', models.CharField(max_length=64)),
                ('rows', models.JSONField(default=list)),
                ('counts', models.JSONField(default=dict)),
                ('uploaded_at', models.DateTimeField()),
                ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('imported_at', models.DateTimeField(blank=True, null=True)),
                ('imported_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('imported_at__isnull', True), ('imported_by__isnull', True)), models.Q(('imported_at__isnull', False), ('imported_by__isnull', False)), _connector='OR'), name='attainment_file_imported_pair')],
            },
        ),
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='batches', to='registry.institution')),
                ('status', models.CharField(choices=[('waiting', 'Waiting for a worker'), ('running', 'Running'), ('done', 'Done')], default='waiting', max_length=10)),
                ('created_at', models.DateTimeField()),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('issued_at', models.DateTimeField(blank=True, null=True)),
                ('beat_at', models.DateTimeField(blank=True, null=True)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('issued_at__isnull', True), ('issued_at__lte', models.F('created_at')), _connector='OR'), name='batch_issued_not_later')],
            },
        ),
        migrations.CreateModel(
            name='Learner',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='learners', to='registry.institution')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='learner_records', to=settings.AUTH_USER_MODEL)),
                ('given_names', models.CharField(max_length=100, verbose_name='Given names')),
                ('family_name', models.CharField(max_length=100, verbose_name='Family name')),
                ('email', models.EmailField(max_length=254, verbose_name='E-mail')),
                ('language', models.CharField(default='fi', max_length=2, verbose_name='Language')),
                ('birth_date', models.DateField(blank=True, null=True, verbose_name='Birth date')),
                ('learner_oid', models.CharField(blank=True, max_length=40, verbose_name='Learner OID')),
                ('has_safety_prohibition', models.BooleanField(default=False, verbose_name='Safety prohibition (turvakielto)')),
                ('created_at', models.DateTimeField()),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('learner_oid', ''), _negated=True), fields=('institution', 'learner_oid'), name='learner_oid_once'), models.UniqueConstraint(condition=models.Q(('learner_oid', '')), fields=('institution', 'email', 'birth_date'), name='learner_email_and_birth_date_once'), models.CheckConstraint(condition=models.Q(models.Q(('learner_oid', ''), _negated=True), ('birth_date__isnull', False), _connector='OR'), name='learner_identifiable')],
            },
        ),
        migrations.CreateModel(
            name='SigningKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signing_keys', to='registry.institution')),
                ('did', models.CharField(max_length=300)),
                ('fragment', models.CharField(max_length=40)),
                ('purpose', models.CharField(choices=[('assertion', 'Credentials and status lists'), ('seal', 'Electronic seal of documents')], default='assertion', max_length=20)),
                ('algorithm', models.CharField(choices=[('Ed25519', 'Ed25519'), ('P-256', 'P-256'), ('RSA', 'RSA')], default='Ed25519', max_length=20)),
                ('public_multibase', models.CharField(max_length=900, unique=True)),
                ('chain', models.TextField(blank=True)),
                ('private', models.BinaryField(default=bytes)),
                ('outside', models.CharField(blank=True, max_length=200)),
                ('created_at', models.DateTimeField()),
                ('retired_at', models.DateTimeField(blank=True, null=True)),
                ('compromised_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('did', 'fragment'), name='key_fragment_once'), models.UniqueConstraint(condition=models.Q(('retired_at__isnull', True)), fields=('institution', 'purpose', 'algorithm'), name='key_one_active'), models.CheckConstraint(condition=models.Q(('compromised_at__isnull', True), ('retired_at__isnull', False), _connector='OR'), name='key_leaked_retired'), models.CheckConstraint(condition=models.Q(models.Q(('chain', ''), ('purpose', 'assertion')), models.Q(('purpose', 'seal'), models.Q(('chain', ''), _negated=True), models.Q(('algorithm', 'Ed25519'), _negated=True)), _connector='OR'), name='key_seal_has_chain'), models.CheckConstraint(condition=models.Q(models.Q(('private', b''), models.Q(('outside', ''), _negated=True)), models.Q(models.Q(('private', b''), _negated=True), ('outside', '')), _connector='OR'), name='key_private_here_or_outside')],
            },
        ),
        migrations.CreateModel(
            name='StatusList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='status_lists', to='registry.institution')),
                ('public_id', models.CharField(max_length=40, unique=True)),
                ('url', models.CharField(max_length=300, unique=True)),
                ('purpose', models.CharField(default='revocation', max_length=20)),
                ('bits', models.BinaryField()),
                ('used', models.PositiveIntegerField(default=0)),
                ('is_open', models.BooleanField(default=True)),
                ('document', models.BinaryField(default=bytes)),
                ('etag', models.CharField(blank=True, max_length=64)),
                ('created_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('signed_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_open', True)), fields=('institution', 'purpose'), name='status_list_one_open'), models.CheckConstraint(condition=models.Q(('used__lte', 131072)), name='status_list_used'), models.CheckConstraint(condition=models.Q(('signed_at__isnull', True), ('signed_at__gte', models.F('created_at')), _connector='OR'), name='status_list_signed_after')],
            },
        ),
        migrations.CreateModel(
            name='Attainment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attainments', to='registry.institution')),
                ('learner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attainments', to='credentials.learner')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attainments', to='registry.offeringversion')),
                ('realisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='attainments', to='registry.realisation')),
                ('completed_on', models.DateField(verbose_name='Completion date')),
                ('grade', models.CharField(blank=True, max_length=4, verbose_name='Grade')),
                ('documented_as', models.CharField(choices=[('micro_credential', 'Micro-credential'), ('competence_badge', 'Competence badge'), ('participation_badge', 'Participation badge')], default='micro_credential', max_length=20)),
                ('no_credits_reason', models.CharField(blank=True, max_length=300)),
                ('acquired_by', models.CharField(choices=[('studies', 'In studies'), ('demonstration', 'By demonstration: the competence was there before')], default='studies', max_length=20)),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('learner', 'version', 'completed_on'), name='attainment_once'), models.CheckConstraint(condition=models.Q(models.Q(('documented_as', 'micro_credential'), ('no_credits_reason', '')), models.Q(models.Q(('documented_as', 'micro_credential'), _negated=True), models.Q(('no_credits_reason', ''), _negated=True)), _connector='OR'), name='attainment_badge_has_reason'), models.CheckConstraint(condition=models.Q(models.Q(('acquired_by', 'studies'), ('documented_as', 'participation_badge'), ('grade', '')), models.Q(models.Q(('documented_as', 'participation_badge'), _negated=True), models.Q(('grade', ''), _negated=True)), _connector='OR'), name='attainment_attended_ungraded')],
            },
        ),
        migrations.CreateModel(
            name='Claim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('learner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='claims', to='credentials.learner')),
                ('secret_hash', models.CharField(max_length=64, unique=True)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(blank=True, null=True)),
                ('wrong_tries', models.PositiveSmallIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='IssuingHold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='registry.institution')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='registry.offeringversion')),
                ('learner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='credentials.learner')),
                ('reason', models.TextField()),
                ('decided_at', models.DateTimeField()),
                ('decided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('lifted_why', models.TextField(blank=True)),
                ('lifted_at', models.DateTimeField(blank=True, null=True)),
                ('lifted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('lifted_at__isnull', True), ('lifted_by__isnull', True)), models.Q(('lifted_at__isnull', False), ('lifted_by__isnull', False)), _connector='OR'), name='hold_lifted_pair'), models.UniqueConstraint(condition=models.Q(('learner__isnull', False), ('lifted_at__isnull', True)), fields=('version', 'learner'), name='hold_of_learner_once'), models.UniqueConstraint(condition=models.Q(('learner__isnull', True), ('lifted_at__isnull', True)), fields=('version',), name='hold_of_version_once')],
            },
        ),
        migrations.CreateModel(
            name='Credential',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('human_code', models.CharField(max_length=12, unique=True)),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='credentials', to='registry.institution')),
                ('learner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='credentials', to='credentials.learner')),
                ('attainment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='credentials', to='credentials.attainment')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='credentials', to='registry.offeringversion')),
                ('statement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='credentials', to='registry.statement')),
                ('key', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='credentials', to='credentials.signingkey')),
                ('status_list', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='credentials', to='credentials.statuslist')),
                ('status_index', models.PositiveIntegerField()),
                ('status', models.CharField(choices=[('valid', 'Valid'), ('suspended', 'Suspended'), ('revoked', 'Revoked'), ('replaced', 'Replaced')], default='valid', max_length=10)),
                ('language', models.CharField(max_length=2)),
                ('issued_at', models.DateTimeField()),
                ('issued_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('valid_until', models.DateTimeField(blank=True, null=True)),
                ('document', models.BinaryField()),
                ('sha256', models.CharField(max_length=64)),
                ('award', models.JSONField()),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('revocation_reason', models.CharField(blank=True, max_length=40)),
                ('revocation_note', models.TextField(blank=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('status_list', 'status_index'), name='credential_status_index_once'), models.UniqueConstraint(condition=models.Q(('status__in', ['valid', 'suspended'])), fields=('attainment',), name='credential_one_live_per_attainment'), models.CheckConstraint(condition=models.Q(models.Q(('revoked_at__isnull', False), ('revoked_by__isnull', False), ('status', 'revoked'), models.Q(('revocation_reason', ''), _negated=True)), models.Q(models.Q(('status', 'revoked'), _negated=True), ('revocation_reason', ''), ('revoked_at__isnull', True), ('revoked_by__isnull', True)), _connector='OR'), name='credential_revoked_pair')],
            },
        ),
        migrations.CreateModel(
            name='Enrolment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrolments', to='registry.institution')),
                ('realisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrolments', to='registry.realisation')),
                ('learner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrolments', to='credentials.learner')),
                ('status', models.CharField(choices=[('received', 'Received, not decided yet'), ('enrolled', 'Enrolled'), ('queued', 'In the queue'), ('cancelled', 'Cancelled'), ('completed', 'Completed')], default='enrolled', max_length=10)),
                ('enrolled_at', models.DateTimeField()),
                ('enrolled_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('accepted_at', models.DateTimeField(blank=True, null=True)),
                ('home_institution', models.CharField(blank=True, max_length=120)),
                ('asks_recognition', models.BooleanField(default=False)),
                ('ripa_status', models.CharField(blank=True, max_length=20)),
                ('ripa_result', models.CharField(blank=True, max_length=20)),
                ('attainment', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='enrolment', to='credentials.attainment')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('status', 'cancelled'), _negated=True), fields=('realisation', 'learner'), name='enrolment_one_live')],
            },
        ),
        migrations.CreateModel(
            name='BatchItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='credentials.batch')),
                ('attainment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='batch_items', to='credentials.attainment')),
                ('order', models.PositiveIntegerField()),
                ('outcome', models.CharField(choices=[('open', 'Waiting'), ('issued', 'Issued'), ('failed', 'Not issued')], default='open', max_length=10)),
                ('error', models.CharField(blank=True, max_length=60)),
                ('error_detail', models.CharField(blank=True, max_length=300)),
                ('credential', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='batch_item', to='credentials.credential')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('batch', 'attainment'), name='batch_item_once'), models.UniqueConstraint(condition=models.Q(('outcome', 'open')), fields=('attainment',), name='batch_item_one_open'), models.CheckConstraint(condition=models.Q(models.Q(('credential__isnull', False), ('outcome', 'issued')), models.Q(models.Q(('outcome', 'issued'), _negated=True), ('credential__isnull', True)), _connector='OR'), name='batch_item_issued_pair')],
            },
        ),
        migrations.CreateModel(
            name='CredentialDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('credential', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='credentials.credential')),
                ('form', models.CharField(max_length=20)),
                ('language', models.CharField(blank=True, max_length=2)),
                ('content', models.BinaryField()),
                ('sha256', models.CharField(db_index=True, max_length=64)),
                ('key', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='credentials.signingkey')),
                ('made_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('credential', 'form', 'language', 'key'), name='document_once')],
            },
        ),
        migrations.CreateModel(
            name='Share',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shares', to=settings.AUTH_USER_MODEL)),
                ('pathway', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.pathway')),
                ('left_out', models.JSONField(blank=True, default=list)),
                ('purpose', models.CharField(choices=[('work', 'Applying for work'), ('studies', 'Studies or recognition'), ('profile', 'A public profile, such as LinkedIn'), ('other', 'Something else')], max_length=10, verbose_name='What the link is for')),
                ('note', models.CharField(blank=True, max_length=120)),
                ('secret_hash', models.CharField(max_length=64, unique=True)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('reminded_at', models.DateTimeField(blank=True, null=True)),
                ('credentials', models.ManyToManyField(related_name='shares', to='credentials.credential')),
            ],
        ),
        migrations.CreateModel(
            name='ShareViewing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('share', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='viewings', to='credentials.share')),
                ('on', models.DateField()),
                ('kind', models.CharField(choices=[('page', 'The page was opened'), ('document', 'A file was downloaded'), ('picture', 'The picture was fetched'), ('preview', 'A service made a preview of the link')], max_length=10)),
                ('times', models.PositiveIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('share', 'on', 'kind'), name='share_viewing_once')],
            },
        ),
        migrations.RunPython(seal, open_again),
    ]
