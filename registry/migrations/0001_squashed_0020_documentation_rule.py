"""The tables as 0020 left them, in one step: what a new database begins with. An earlier one went 0001 to 0020."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import registry.models.texts
import uuid
from django.conf import settings
from django.db import migrations, models

from registry.triggers import freeze, thaw

VERSION = (
    "title", "summary", "target_group", "relevance", "relevance_source", "country", "region",
    "awarding_bodies", "ects", "size_justification", "eqf_level", "nqf_level", "ehea_cycle",
    "competence_level", "education_form", "origins", "assessment_types", "assessment_description",
    "assessment_criteria", "grading_scale", "identity_verification", "participation_modes",
    "teaching_times", "locations", "teaching_languages", "assessment_languages", "primary_language",
    "prerequisites", "stackability", "stackability_towards", "quality_assurance_types", "quality_assurance",
    "quality_assurance_additional", "further_information_url", "sdgs", "validity_months", "isced_f",
    "okm_field", "fee_eur", "fee_rule", "funding", "guidance", "badge_name", "version_note", "network",
    "free_for", "rdi", "virta", "partners", "sdg_not_applicable", "parent_courses", "contains_degree_part",
    "commissioner", "vet_partner", "cooperation_direction", "target_groups", "target_situations",
    "language_support", "is_staff_only", "meetings", "foresight", "digital_pedagogy", "shares",
    "offering_id", "number", "rule_set", "published_at",
)  # fmt: skip
OUTCOME = ("version_id", "order", "kind", "text", "skill_keywords", "skills")
PUBLISHED = "OLD.published_at IS NOT NULL"
OF_PUBLISHED = (
    "EXISTS (SELECT 1 FROM registry_offeringversion v WHERE v.id = OLD.version_id AND v.published_at IS NOT NULL)"
)


def seal(apps, editor):
    freeze(editor, table="registry_offeringversion", columns=VERSION, when=PUBLISHED)
    freeze(editor, table="registry_learningoutcome", columns=OUTCOME, when=OF_PUBLISHED)
    freeze(editor, table="registry_statement", columns=[])
    freeze(editor, table="registry_trailentry", columns=[])


def open_again(apps, editor):
    for table in ("offeringversion", "learningoutcome", "statement", "trailentry"):
        thaw(editor, table=f"registry_{table}")


class Migration(migrations.Migration):

    replaces = [('registry', '0001_initial'), ('registry', '0002_frozen'), ('registry', '0003_search_index'), ('registry', '0004_register'), ('registry', '0005_realisation_numbers'), ('registry', '0006_offering_defaults'), ('registry', '0007_realisation_updated_at'), ('registry', '0008_pathway_keeper'), ('registry', '0009_pathway_status'), ('registry', '0010_institution_rule_set'), ('registry', '0011_search_words'), ('registry', '0012_role_invitation'), ('registry', '0013_workspace'), ('registry', '0014_level_descriptors'), ('registry', '0015_parent_notices'), ('registry', '0016_statement_reason'), ('registry', '0017_search_holders'), ('registry', '0020_documentation_rule')]

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('contenttypes', '0002_remove_content_type_name'),
    ]

    operations = [
        migrations.CreateModel(
            name='AccessibilityFeedback',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField()),
                ('language', models.CharField(max_length=2)),
                ('page', models.CharField(blank=True, max_length=300)),
                ('text', models.TextField()),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='CatalogueState',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveBigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Code',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('list', models.CharField(max_length=40)),
                ('code', models.CharField(max_length=60)),
                ('uri', models.CharField(blank=True, max_length=200)),
                ('national_code', models.CharField(blank=True, max_length=40)),
                ('label', registry.models.texts.TextsField(blank=True, default=dict)),
                ('description', registry.models.texts.TextsField(blank=True, default=dict)),
                ('order', models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('list', 'code'), name='code_once_per_list')],
            },
        ),
        migrations.CreateModel(
            name='Institution',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, unique=True, validators=[django.core.validators.RegexValidator('^[A-Z0-9-]+$')])),
                ('oppilaitosnumero', models.CharField(max_length=5, unique=True, validators=[django.core.validators.RegexValidator('^\\d{5}$')])),
                ('name', registry.models.texts.TextsField(blank=True, default=dict)),
                ('short_name', models.CharField(max_length=40)),
                ('city', models.CharField(max_length=60)),
                ('country', models.CharField(default='FI', max_length=2)),
                ('domain', models.CharField(max_length=100)),
                ('main_language', models.CharField(default='fi', max_length=2)),
                ('certificate_mode', models.CharField(choices=[('electronic_seal', 'PDF with an electronic seal'), ('pdf', 'PDF without a seal, with the verification code'), ('paper', 'On paper, with the verification code printed')], default='electronic_seal', max_length=16)),
                ('is_pinko_partner', models.BooleanField(default=False)),
                ('organisation_oid', models.CharField(blank=True, max_length=40)),
                ('own_rules_block', models.BooleanField(default=False, help_text='Our own rules beyond the EU text (such as 3–10 outcomes) block review instead of warning.')),
                ('rule_set', models.CharField(default='eu-2022/2', max_length=40)),
            ],
        ),
        migrations.CreateModel(
            name='Letter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('to', models.EmailField(max_length=254)),
                ('language', models.CharField(max_length=2)),
                ('subject', models.CharField(max_length=200)),
                ('body', models.TextField()),
                ('created_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(blank=True, db_index=True, null=True)),
                ('next_try_at', models.DateTimeField(db_index=True)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('error', models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name='SearchHolders',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('word', models.BinaryField(max_length=240)),
                ('language', models.CharField(max_length=2)),
                ('place', models.PositiveSmallIntegerField(choices=[(0, 'Title'), (1, 'Outcomes'), (2, 'Body')])),
                ('block', models.PositiveIntegerField()),
                ('bits', models.BinaryField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('word', 'language', 'place', 'block'), name='search_holders_once')],
            },
        ),
        migrations.CreateModel(
            name='SearchWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('word', models.CharField(max_length=60, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='e-mail')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('language', models.CharField(default='fi', max_length=2, verbose_name='language')),
                ('offering_columns', models.JSONField(blank=True, default=list)),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': 'user',
                'verbose_name_plural': 'users',
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ForesightNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='foresight_notes', to='registry.institution')),
                ('text', registry.models.texts.TextsField(blank=True, default=dict, verbose_name='What is foreseen')),
                ('source', models.CharField(max_length=200, verbose_name='Source')),
                ('source_url', models.URLField(blank=True, verbose_name='Address of the source')),
                ('horizon_year', models.PositiveSmallIntegerField(verbose_name='Horizon (year)')),
                ('noted_on', models.DateField(verbose_name='Date')),
            ],
        ),
        migrations.CreateModel(
            name='LevelDescriptor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='level_descriptors', to='registry.institution')),
                ('code', models.CharField(max_length=20)),
                ('description', registry.models.texts.TextsField(blank=True, default=dict)),
                ('since', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='MeetingRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='meetings', to='registry.institution')),
                ('held_on', models.DateField(verbose_name='Date')),
                ('topic', registry.models.texts.TextsField(blank=True, default=dict, verbose_name='Topic')),
                ('participants', models.JSONField(default=list, verbose_name='Organisations')),
                ('conclusions', registry.models.texts.TextsField(blank=True, default=dict, verbose_name='What was found')),
            ],
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='registry.institution')),
                ('role', models.CharField(choices=[('author', 'Author'), ('quality', 'Quality coordinator'), ('reviewer', 'Reviewer'), ('publisher', 'Publisher'), ('issuer', 'Issuer'), ('admin', 'Institution admin'), ('rectorate', 'Rectorate or head of unit'), ('partner', 'Partner reader')], max_length=12)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'institution', 'role'), name='membership_once')],
            },
        ),
        migrations.CreateModel(
            name='OfferingDefaults',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('institution', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='offering_defaults', to='registry.institution')),
                ('content', models.JSONField(blank=True, default=dict)),
                ('changed_at', models.DateTimeField()),
                ('changed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='OfferingFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='offering_files', to='registry.institution')),
                ('name', models.CharField(max_length=200)),
                ('sha256', models.CharField(max_length=64)),
                ('rows', models.JSONField(default=list)),
                ('uploaded_at', models.DateTimeField()),
                ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('imported_at', models.DateTimeField(blank=True, null=True)),
                ('imported_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('imported_at__isnull', True), ('imported_by__isnull', True)), models.Q(('imported_at__isnull', False), ('imported_by__isnull', False)), _connector='OR'), name='offering_file_imported_pair')],
            },
        ),
        migrations.CreateModel(
            name='PartnerKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='partner_keys', to='registry.institution')),
                ('name', models.CharField(max_length=120, verbose_name='What it is for')),
                ('prefix', models.CharField(max_length=12)),
                ('secret_hash', models.CharField(max_length=64, unique=True)),
                ('scopes', models.JSONField(default=list)),
                ('daily_quota', models.PositiveIntegerField(default=10000, verbose_name='Requests a day')),
                ('created_at', models.DateTimeField()),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('last_used_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('revoked_at__isnull', True), ('revoked_by__isnull', True)), models.Q(('revoked_at__isnull', False), ('revoked_by__isnull', False)), _connector='OR'), name='partner_key_revoked_pair')],
            },
        ),
        migrations.CreateModel(
            name='RoleInvitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='role_invitations', to='registry.institution')),
                ('email', models.EmailField(max_length=254)),
                ('language', models.CharField(max_length=2)),
                ('role', models.CharField(choices=[('author', 'Author'), ('quality', 'Quality coordinator'), ('reviewer', 'Reviewer'), ('publisher', 'Publisher'), ('issuer', 'Issuer'), ('admin', 'Institution admin'), ('rectorate', 'Rectorate or head of unit'), ('partner', 'Partner reader')], max_length=12)),
                ('secret_hash', models.CharField(max_length=64, unique=True)),
                ('invited_at', models.DateTimeField()),
                ('invited_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('expires_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('institution', 'email', 'role'), name='role_invitation_once')],
            },
        ),
        migrations.CreateModel(
            name='SearchGram',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('gram', models.CharField(max_length=3)),
                ('word', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='grams', to='registry.searchword')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('gram', 'word'), name='search_gram_once')],
            },
        ),
        migrations.CreateModel(
            name='TrailEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_index=True)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('institution', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='trail', to='registry.institution')),
                ('role', models.CharField(blank=True, max_length=60)),
                ('verb', models.CharField(max_length=60)),
                ('about', models.CharField(db_index=True, max_length=120)),
                ('learner', models.UUIDField(blank=True, db_index=True, null=True)),
                ('was', models.CharField(blank=True, max_length=30)),
                ('became', models.CharField(blank=True, max_length=30)),
                ('reason', models.TextField(blank=True)),
                ('content_hash', models.CharField(blank=True, max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='PartnerKeyUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='uses', to='registry.partnerkey')),
                ('day', models.DateField()),
                ('count', models.PositiveIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('key', 'day'), name='partner_key_use_once_a_day')],
            },
        ),
        migrations.CreateModel(
            name='Contact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('function', models.CharField(choices=[('study_affairs', 'Study affairs'), ('teaching', 'Teaching'), ('rdi', 'RDI'), ('guidance', 'Guidance')], max_length=20, verbose_name='Function')),
                ('name', models.CharField(max_length=120, verbose_name='Name')),
                ('email', models.EmailField(max_length=254, verbose_name='E-mail')),
                ('phone', models.CharField(blank=True, max_length=40, verbose_name='Phone')),
            ],
        ),
        migrations.CreateModel(
            name='DraftPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='draft_parts', to=settings.AUTH_USER_MODEL)),
                ('tab', models.CharField(max_length=20)),
                ('data', models.JSONField(default=dict)),
                ('seen', models.JSONField(default=dict)),
                ('saved_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='JointInvitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='registry.institution')),
                ('ects', models.DecimalField(decimal_places=1, max_digits=4, verbose_name='Share of the credits')),
                ('status', models.CharField(choices=[('open', 'Waiting for an answer'), ('accepted', 'Accepted'), ('declined', 'Declined'), ('withdrawn', 'Withdrawn')], default='open', max_length=10)),
                ('reviewer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='joint_reviews', to=settings.AUTH_USER_MODEL)),
                ('invited_at', models.DateTimeField()),
                ('invited_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('answered_at__isnull', True), ('answered_by__isnull', True)), models.Q(('answered_at__isnull', False), ('answered_by__isnull', False)), _connector='OR'), name='joint_invitation_answered_pair')],
            },
        ),
        migrations.CreateModel(
            name='LearningOutcome',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('kind', models.CharField(choices=[('knowledge', 'Knowledge'), ('skill', 'Skill'), ('competence', 'Competence')], max_length=12)),
                ('text', registry.models.texts.TextsField(blank=True, default=dict)),
                ('skill_keywords', registry.models.texts.CodesField(blank=True, code_list='', default=list)),
                ('skills', models.JSONField(blank=True, default=list)),
            ],
        ),
        migrations.CreateModel(
            name='Link',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('label', registry.models.texts.TextsField(blank=True, default=dict, verbose_name='What it is')),
                ('url', models.URLField(verbose_name='Address')),
            ],
        ),
        migrations.CreateModel(
            name='Offering',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='offerings', to='registry.institution')),
                ('code', models.CharField(max_length=40, unique=True)),
                ('planned_term', models.CharField(blank=True, max_length=6, verbose_name='Planned for the term')),
                ('is_pilot', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField()),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='OfferingVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('offering', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='registry.offering')),
                ('number', models.PositiveSmallIntegerField()),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Sent to review'), ('in_review', 'In review'), ('changes_requested', 'Returned for changes'), ('approved', 'Approved'), ('published', 'Published'), ('suspended', 'Suspended'), ('superseded', 'Superseded by a new version'), ('retired', 'Retired'), ('rejected', 'Rejected')], default='draft', max_length=20)),
                ('rule_set', models.CharField(max_length=40)),
                ('title', registry.models.texts.TextsField(blank=True, default=dict, verbose_name='Title')),
                ('summary', registry.models.texts.TextsField(blank=True, default=dict, verbose_name='Summary')),
                ('target_group', registry.models.texts.TextsField(blank=True, default=dict, verbose_name='Target group')),
                ('relevance', registry.models.texts.TextsField(blank=True, default=dict, verbose_name='Need in working life or society')),
                ('relevance_source', models.CharField(blank=True, max_length=60, verbose_name='Source of the need')),
                ('country', models.CharField(blank=True, default='FI', max_length=2, verbose_name='Country of the issuer')),
                ('region', models.CharField(blank=True, max_length=60, verbose_name='Region of the issuer')),
                ('awarding_bodies', registry.models.texts.CodesField(blank=True, code_list='', default=list, verbose_name='Awarding bodies')),
                ('partners', registry.models.texts.CodesField(blank=True, code_list='', default=list, verbose_name='Partners')),
                ('ects', models.DecimalField(blank=True, decimal_places=1, max_digits=4, null=True, verbose_name='Size in ECTS credits')),
                ('size_justification', registry.models.texts.TextsField(blank=True, default=dict, verbose_name='Why this is a micro-credential at 60 credits')),
                ('eqf_level', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(4), django.core.validators.MaxValueValidator(8)], verbose_name='EQF level (indicative)')),
                ('nqf_level', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(4), django.core.validators.MaxValueValidator(8)], verbose_name='National framework level (indicative)')),
                ('ehea_cycle', models.CharField(blank=True, max_length=20, verbose_name='Cycle')),
                ('competence_level', models.CharField(blank=True, max_length=20, verbose_name='Level step for working life')),
                ('education_form', models.CharField(blank=True, max_length=40, verbose_name='Form of education')),
                ('origins', registry.models.texts.CodesField(blank=True, code_list='origin', default=list, verbose_name='Origin')),
                ('assessment_types', registry.models.texts.CodesField(blank=True, code_list='assessment_type', default=list, verbose_name='Types of assessment')),
                ('assessment_description', registry.models.texts.TextsField(blank=True, default=dict, verbose_name='How the competence is assessed')),
                ('assessment_criteria', registry.models.texts.TextsField(blank=True, default=dict, verbose_name='Assessment criteria')),
                ('grading_scale', models.CharField(blank=True, max_length=20, verbose_name='Grading scale')),
                ('identity_verification', models.CharField(blank=True, max_length=40, verbose_name='Supervision and identity check')),
                ('participation_modes', registry.models.texts.CodesField(blank=True, code_list='participation_mode', default=list, verbose_name='Forms of participation')),
                ('teaching_times', registry.models.texts.CodesField(blank=True, code_list='teaching_time', default=list, verbose_name='Teaching time')),
                ('locations', registry.models.texts.CodesField(blank=True, code_list='', default=list, verbose_name='Places')),
                ('teaching_languages', registry.models.texts.CodesField(blank=True, code_list='teaching_language', default=list, verbose_name='Languages of instruction')),
                ('assessment_languages', registry.models.texts.CodesField(blank=True, code_list='teaching_language', default=list, verbose_name='Languages of assessment')),
                ('primary_language', models.CharField(default='fi', max_length=2, verbose_name='Main language of the texts')),
                ('prerequisites', registry.models.texts.TextsField(blank=True, default=dict, verbose_name='Prerequisites')),
                ('stackability', models.CharField(blank=True, max_length=40, verbose_name='Stackability')),
                ('stackability_towards', registry.models.texts.TextsField(blank=True, default=dict, verbose_name='Can count towards')),
                ('quality_assurance_types', registry.models.texts.CodesField(blank=True, code_list='quality_assurance_type', default=list, verbose_name='Types of quality assurance')),
                ('quality_assurance', registry.models.texts.TextsField(blank=True, default=dict, verbose_name='Quality assurance')),
                ('quality_assurance_additional', registry.models.texts.TextsField(blank=True, default=dict, verbose_name='Further quality assurance')),
                ('further_information_url', models.URLField(blank=True, verbose_name='Further information')),
                ('sdgs', registry.models.texts.CodesField(blank=True, code_list='sdg', default=list, verbose_name='Sustainable Development Goals')),
                ('validity_months', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='Validity in months')),
                ('isced_f', models.CharField(blank=True, max_length=4, verbose_name='Field of education (ISCED-F)')),
                ('okm_field', models.CharField(blank=True, max_length=2, verbose_name='Field of steering (OKM)')),
                ('fee_eur', models.DecimalField(blank=True, decimal_places=2, max_digits=8, null=True, verbose_name='Fee in euros')),
                ('fee_rule', models.CharField(blank=True, max_length=60, verbose_name='Ground of the fee')),
                ('funding', models.JSONField(blank=True, default=list, verbose_name='Funding')),
                ('guidance', registry.models.texts.TextsField(blank=True, default=dict, verbose_name='Guidance contact')),
                ('badge_name', registry.models.texts.TextsField(blank=True, default=dict, verbose_name='Name of the badge')),
                ('sdg_not_applicable', registry.models.texts.TextsField(blank=True, default=dict, verbose_name='Why no Sustainable Development Goal applies')),
                ('parent_courses', models.JSONField(blank=True, default=list, verbose_name='Parent courses of the degree')),
                ('contains_degree_part', models.BooleanField(default=False, verbose_name='Contains a part of a degree')),
                ('commissioner', models.CharField(blank=True, max_length=200, verbose_name='Commissioner')),
                ('vet_partner', models.CharField(blank=True, max_length=200, verbose_name='Partner in vocational education')),
                ('cooperation_direction', models.CharField(blank=True, max_length=40, verbose_name='Direction of the cooperation')),
                ('target_groups', registry.models.texts.CodesField(blank=True, code_list='target_group', default=list, verbose_name='Target groups')),
                ('target_situations', registry.models.texts.CodesField(blank=True, code_list='target_situation', default=list, verbose_name='Situations of use')),
                ('language_support', registry.models.texts.CodesField(blank=True, code_list='language_support', default=list, verbose_name='Support for the language')),
                ('is_staff_only', models.BooleanField(default=False, verbose_name='For the staff of universities of applied sciences only')),
                ('meetings', registry.models.texts.CodesField(blank=True, code_list='', default=list, verbose_name='Meetings with working life')),
                ('foresight', registry.models.texts.CodesField(blank=True, code_list='', default=list, verbose_name='Foresight notes')),
                ('digital_pedagogy', models.JSONField(blank=True, default=dict, verbose_name='Digital pedagogy')),
                ('shares', models.JSONField(blank=True, default=list, verbose_name='Shares of the credits')),
                ('version_note', registry.models.texts.TextsField(blank=True, default=dict, verbose_name='What changed in this version')),
                ('network', models.CharField(blank=True, max_length=40, verbose_name='Network')),
                ('free_for', registry.models.texts.CodesField(blank=True, code_list='', default=list, verbose_name='Free of charge for')),
                ('rdi', models.JSONField(blank=True, default=dict, verbose_name='RDI project')),
                ('virta', models.JSONField(blank=True, default=dict, verbose_name='VIRTA codes')),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('content_hash', models.CharField(blank=True, max_length=64)),
                ('submitted_at', models.DateTimeField(blank=True, null=True)),
                ('submitted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('approved_at', models.DateTimeField(blank=True, null=True)),
                ('approved_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('published_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('superseded_at', models.DateTimeField(blank=True, null=True)),
                ('authors', models.ManyToManyField(related_name='authored_versions', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('offering', 'number'), name='version_number_once'), models.UniqueConstraint(condition=models.Q(('status__in', ['draft', 'submitted', 'in_review', 'changes_requested', 'approved'])), fields=('offering',), name='version_one_open_per_offering'), models.UniqueConstraint(condition=models.Q(('status__in', ['published', 'suspended'])), fields=('offering',), name='version_one_published_per_offering'), models.CheckConstraint(condition=models.Q(('ects__isnull', True), models.Q(('ects__gte', 0), ('ects__lte', 60)), _connector='OR'), name='version_ects_range'), models.CheckConstraint(condition=models.Q(('published_at__isnull', False), models.Q(('status__in', ['published', 'suspended', 'superseded', 'retired']), _negated=True), _connector='OR'), name='version_published_has_moment'), models.CheckConstraint(condition=models.Q(models.Q(('submitted_at__isnull', True), ('submitted_by__isnull', True)), models.Q(('submitted_at__isnull', False), ('submitted_by__isnull', False)), _connector='OR'), name='version_submitted_pair'), models.CheckConstraint(condition=models.Q(models.Q(('approved_at__isnull', True), ('approved_by__isnull', True)), models.Q(('approved_at__isnull', False), ('approved_by__isnull', False)), _connector='OR'), name='version_approved_pair'), models.CheckConstraint(condition=models.Q(models.Q(('published_at__isnull', True), ('published_by__isnull', True)), models.Q(('published_at__isnull', False), ('published_by__isnull', False)), _connector='OR'), name='version_published_pair'), models.CheckConstraint(condition=models.Q(('approved_by__isnull', True), models.Q(('approved_by', models.F('submitted_by')), _negated=True), _connector='OR'), name='version_four_eyes')],
            },
        ),
        migrations.CreateModel(
            name='ParentNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parent_notices', to='registry.institution')),
                ('offering', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parent_notices', to='registry.offering')),
                ('course', models.CharField(max_length=60, verbose_name='Code of the course')),
                ('change', models.CharField(max_length=500, verbose_name='What changes')),
                ('changed_on', models.DateField(verbose_name='The change holds from')),
                ('noted_at', models.DateTimeField()),
                ('noted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('answer', models.CharField(blank=True, choices=[('revised', 'A new version takes it into account'), ('no_effect', 'No effect on the offering')], max_length=10)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('offering', 'course', 'changed_on'), name='parent_notice_once'), models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at__isnull', True), ('answered_by__isnull', True)), models.Q(models.Q(('answer', ''), _negated=True), ('answered_at__isnull', False), ('answered_by__isnull', False)), _connector='OR'), name='parent_notice_answered_pair')],
            },
        ),
        migrations.CreateModel(
            name='Pathway',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40, unique=True, verbose_name='Code')),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pathways', to='registry.institution')),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('published', 'Published')], default='draft', max_length=10)),
                ('model', models.CharField(choices=[('paketti', 'Package'), ('salkku', 'Portfolio'), ('suppilo', 'Funnel')], max_length=20, verbose_name='Model')),
                ('name', registry.models.texts.TextsField(blank=True, default=dict, verbose_name='Name')),
                ('is_composite', models.BooleanField(default=False, verbose_name='A composite credential is awarded')),
                ('is_diploma', models.BooleanField(default=False, verbose_name='It is called a higher education diploma')),
                ('is_ordered', models.BooleanField(default=False, verbose_name='Taken in order')),
                ('total_ects', models.DecimalField(blank=True, decimal_places=1, max_digits=4, null=True, verbose_name='Size in ECTS credits')),
                ('rule', models.JSONField(default=dict)),
                ('counts_towards', registry.models.texts.TextsField(blank=True, default=dict, verbose_name='Can count towards')),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('published_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('offerings', models.ManyToManyField(related_name='pathways', to='registry.offering')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('published_at__isnull', True), ('published_by__isnull', True)), models.Q(('published_at__isnull', False), ('published_by__isnull', False)), _connector='OR'), name='pathway_published_pair'), models.CheckConstraint(condition=models.Q(('is_diploma', False), ('is_composite', True), _connector='OR'), name='pathway_diploma_is_composite')],
            },
        ),
        migrations.CreateModel(
            name='RecognitionNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recognition_notes', to='registry.institution')),
                ('offering', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recognition_notes', to='registry.offering')),
                ('degree', registry.models.texts.TextsField(blank=True, default=dict, verbose_name='Degree')),
                ('ects', models.DecimalField(blank=True, decimal_places=1, max_digits=4, null=True, verbose_name='Credits at most')),
                ('note', registry.models.texts.TextsField(blank=True, default=dict, verbose_name='Note')),
                ('updated_at', models.DateTimeField()),
                ('updated_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Realisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='realisations', to='registry.offeringversion')),
                ('key', models.CharField(max_length=20, verbose_name='Key')),
                ('status', models.CharField(choices=[('planned', 'Planned'), ('open', 'Open'), ('cancelled', 'Cancelled'), ('ended', 'Ended')], default='open', max_length=10)),
                ('starts_on', models.DateField(verbose_name='Starts')),
                ('ends_on', models.DateField(verbose_name='Ends')),
                ('enrolment', models.CharField(choices=[('here', 'Here in the registry'), ('outside', "At the institution's own address"), ('none', 'No enrolment')], default='none', max_length=10, verbose_name='Enrolment')),
                ('enrolment_url', models.URLField(blank=True, verbose_name='Address of the enrolment')),
                ('enrol_from', models.DateField(blank=True, null=True, verbose_name='Enrolment opens')),
                ('enrol_by', models.DateField(blank=True, null=True, verbose_name='Enrolment closes')),
                ('places', models.PositiveIntegerField(blank=True, null=True, verbose_name='Places')),
                ('has_queue', models.BooleanField(default=True, verbose_name='Keeps a queue when full')),
                ('price_eur', models.DecimalField(blank=True, decimal_places=2, max_digits=8, null=True, verbose_name='Price in euros')),
                ('languages', registry.models.texts.CodesField(blank=True, code_list='teaching_language', default=list, verbose_name='Languages')),
                ('locations', registry.models.texts.CodesField(blank=True, code_list='', default=list, verbose_name='Places of teaching')),
                ('network', models.CharField(blank=True, max_length=40, verbose_name='Network')),
                ('ripa_id', models.CharField(blank=True, max_length=60, verbose_name='RIPA reference')),
                ('note', registry.models.texts.TextsField(blank=True, default=dict, verbose_name='Note for applicants')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('taken', models.PositiveIntegerField(default=0)),
                ('queued', models.PositiveIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('version', 'key'), name='realisation_key_once'), models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='realisation_dates'), models.CheckConstraint(condition=models.Q(('enrol_from__isnull', True), ('enrol_by__isnull', True), ('enrol_by__gte', models.F('enrol_from')), _connector='OR'), name='realisation_enrolment_window'), models.CheckConstraint(condition=models.Q(models.Q(('enrolment', 'outside'), _negated=True), models.Q(('enrolment_url', ''), _negated=True), _connector='OR'), name='realisation_outside_has_address')],
            },
        ),
        migrations.CreateModel(
            name='SearchText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='search_texts', to='registry.offeringversion')),
                ('language', models.CharField(max_length=2)),
                ('title', models.TextField()),
                ('outcomes', models.TextField()),
                ('body', models.TextField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('version', 'language'), name='search_text_once')],
            },
        ),
        migrations.CreateModel(
            name='SourceText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='source_text', to='registry.offeringversion')),
                ('rest', models.TextField()),
                ('pasted_at', models.DateTimeField()),
                ('pasted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Statement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='statements', to='registry.offeringversion')),
                ('review_id', models.UUIDField()),
                ('criteria_set', models.CharField(max_length=60)),
                ('decided_on', models.DateField()),
                ('approved_until', models.DateField(blank=True, null=True)),
                ('check_due_on', models.DateField(blank=True, null=True)),
                ('opens_until', models.DateField(blank=True, null=True)),
                ('suspended_at', models.DateTimeField(blank=True, null=True)),
                ('suspended_why', models.TextField(blank=True)),
                ('strengths', models.JSONField(default=list)),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('approved_until__isnull', True), ('approved_until__gte', models.F('decided_on')), _connector='OR'), name='statement_dates')],
            },
        ),
        migrations.AddField(
            model_name='contact',
            name='offering',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contacts', to='registry.offering'),
        ),
        migrations.AddField(
            model_name='draftpart',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='draft_parts', to='registry.offeringversion'),
        ),
        migrations.AddConstraint(
            model_name='draftpart',
            constraint=models.UniqueConstraint(fields=('version', 'user', 'tab'), name='draft_part_once'),
        ),
        migrations.AddField(
            model_name='jointinvitation',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='registry.offeringversion'),
        ),
        migrations.AddConstraint(
            model_name='jointinvitation',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ['open', 'accepted'])), fields=('version', 'institution'), name='joint_invitation_one_live'),
        ),
        migrations.AddField(
            model_name='learningoutcome',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='outcomes', to='registry.offeringversion'),
        ),
        migrations.AddConstraint(
            model_name='learningoutcome',
            constraint=models.UniqueConstraint(fields=('version', 'order'), name='outcome_order_once'),
        ),
        migrations.AddField(
            model_name='link',
            name='offering',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='registry.offering'),
        ),
        migrations.AddField(
            model_name='offering',
            name='published',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='shown_by', to='registry.offeringversion'),
        ),
        migrations.RunPython(seal, open_again),
    ]
