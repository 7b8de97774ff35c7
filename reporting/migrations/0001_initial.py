import django.db.models.functions.text
import cse_portal.audit.constraints
import cse_portal.keys
import cse_portal.row_security
import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from cse_portal.migrating import TablesTogether


class Migration(TablesTogether):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('cases', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='RegionalReturn',
            fields=[
                ('id', models.UUIDField(default=cse_portal.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('quarter', models.CharField(max_length=10, unique=True)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField()),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('checked', 'Checked'), ('signed', 'Signed off')], default='draft', max_length=10)),
                ('requested_revision', models.PositiveSmallIntegerField(default=0)),
                ('revision', models.PositiveSmallIntegerField(default=0)),
                ('code_version', models.CharField(blank=True, max_length=60)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('computed_at', models.DateTimeField(null=True)),
                ('check_note', models.TextField(blank=True, max_length=4000)),
                ('checked_at', models.DateTimeField(null=True)),
                ('signed_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('checked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('prepared_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('signed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-starts_on'],
                'constraints': [cse_portal.audit.constraints.Watched(case='', hidden=(), name='reporting_regionalreturn_watched', subject=''), cse_portal.row_security.Frozen(but=(), name='reporting_regionalreturn_frozen', when="OLD.state = 'signed'"), models.CheckConstraint(condition=models.Q(models.Q(('checked_at__isnull', True), ('checked_by__isnull', True), ('state', 'draft')), models.Q(models.Q(('state', 'draft'), _negated=True), ('checked_at__isnull', False), ('checked_by__isnull', False)), _connector='OR'), name='return_checked_by_someone'), models.CheckConstraint(condition=models.Q(models.Q(('signed_at__isnull', False), ('signed_by__isnull', False), ('state', 'signed')), models.Q(models.Q(('state', 'signed'), _negated=True), ('signed_at__isnull', True), ('signed_by__isnull', True)), _connector='OR'), name='return_signed_by_someone'), models.CheckConstraint(condition=models.Q(('signed_by__isnull', True), models.Q(models.Q(('signed_by', models.F('checked_by')), _negated=True), models.Q(('prepared_by__isnull', True), models.Q(('signed_by', models.F('prepared_by')), _negated=True), _connector='OR')), _connector='OR'), name='return_signed_by_another'), models.CheckConstraint(condition=models.Q(('revision__lte', models.F('requested_revision'))), name='return_revision_was_requested')],
            },
        ),
        migrations.CreateModel(
            name='BoardReport',
            fields=[
                ('id', models.UUIDField(default=cse_portal.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('narrative', models.TextField(blank=True, max_length=8000)),
                ('published_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('file_name', models.CharField(blank=True, max_length=100)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('pages', models.PositiveSmallIntegerField(default=0)),
                ('rendered_at', models.DateTimeField(null=True)),
                ('published_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('regional_return', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='board_report', to='reporting.regionalreturn')),
            ],
            options={
                'ordering': ['-regional_return__starts_on'],
                'constraints': [cse_portal.audit.constraints.Watched(case='', hidden=(), name='reporting_boardreport_watched', subject=''), models.CheckConstraint(condition=models.Q(models.Q(('file_name', ''), ('rendered_at__isnull', True), ('sha256', '')), models.Q(('rendered_at__isnull', False), models.Q(('file_name', ''), _negated=True), models.Q(('sha256', ''), _negated=True)), _connector='OR'), name='report_file_with_its_proof')],
            },
        ),
        migrations.CreateModel(
            name='ReturnMeasure',
            fields=[
                ('id', models.UUIDField(default=cse_portal.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('revision', models.PositiveSmallIntegerField()),
                ('code', models.CharField(max_length=6)),
                ('version', models.PositiveSmallIntegerField()),
                ('name', models.CharField(max_length=150)),
                ('definition', models.TextField(max_length=2000)),
                ('note', models.TextField(blank=True, max_length=2000)),
                ('source', models.CharField(max_length=150)),
                ('kind', models.CharField(choices=[('stock', 'At the end of the quarter'), ('flow', 'During the quarter'), ('quality', 'Data quality')], max_length=8)),
                ('order', models.PositiveSmallIntegerField()),
                ('regional_return', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='measures', to='reporting.regionalreturn')),
            ],
            options={
                'ordering': ['order'],
                'constraints': [cse_portal.row_security.Frozen(but=(), name='reporting_returnmeasure_frozen', when='gate.return_is_signed(OLD.regional_return_id)'), models.UniqueConstraint(fields=('regional_return', 'revision', 'code'), name='measure_once_per_revision')],
            },
        ),
        migrations.CreateModel(
            name='ReturnFigure',
            fields=[
                ('id', models.UUIDField(default=cse_portal.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('dimension', models.CharField(max_length=20)),
                ('row', models.CharField(max_length=60)),
                ('row_label', models.CharField(max_length=150)),
                ('column', models.CharField(max_length=60)),
                ('column_label', models.CharField(max_length=100)),
                ('order', models.PositiveIntegerField()),
                ('value', models.DecimalField(decimal_places=1, max_digits=12, null=True)),
                ('unit', models.CharField(max_length=30)),
                ('fact', models.CharField(max_length=150)),
                ('basis', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=150), default=list, size=None)),
                ('is_suppressed', models.BooleanField(default=False)),
                ('period', models.CharField(blank=True, max_length=40)),
                ('measure', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='figures', to='reporting.returnmeasure')),
            ],
            options={
                'ordering': ['order'],
                'constraints': [cse_portal.row_security.Frozen(but=(), name='reporting_returnfigure_frozen', when='gate.return_is_signed(OLD.measure_id)'), models.UniqueConstraint(fields=('measure', 'dimension', 'row', 'column', 'period'), name='figure_once_per_cell')],
            },
        ),
        migrations.CreateModel(
            name='SubjectAccessRequest',
            fields=[
                ('id', models.UUIDField(default=cse_portal.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('reference', models.CharField(max_length=20, unique=True)),
                ('state', models.CharField(choices=[('preparing', 'Being prepared'), ('reading', 'With the second reader'), ('ready', 'Ready to disclose'), ('disclosed', 'Disclosed'), ('closed', 'Closed without disclosing')], default='preparing', max_length=10)),
                ('asked_by', models.CharField(choices=[('child', 'The child or young person'), ('parent', 'Somebody with parental responsibility'), ('authorised', 'Somebody the child has given authority, such as a solicitor')], max_length=10)),
                ('requester_name', models.CharField(max_length=150)),
                ('authority', models.CharField(blank=True, max_length=500)),
                ('child_view', models.TextField(blank=True, max_length=2000)),
                ('received_on', models.DateField()),
                ('due_on', models.DateField()),
                ('identity_proof', models.CharField(blank=True, choices=[('known', 'A worker who knows them well has confirmed it'), ('document', 'A photograph document was seen'), ('two_documents', 'Two documents with name and address were seen'), ('solicitor', 'Written authority was checked with the person who gave it')], max_length=15)),
                ('identity_note', models.CharField(blank=True, max_length=500)),
                ('identity_checked_on', models.DateField(null=True)),
                ('extension_reason', models.CharField(blank=True, max_length=500)),
                ('extension_told_on', models.DateField(null=True)),
                ('assembled_at', models.DateTimeField(null=True)),
                ('withheld', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), default=list, size=None)),
                ('read_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('closing_reason', models.CharField(blank=True, max_length=500)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='subject_access_requests', to='cases.case')),
                ('identity_checked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('prepared_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reader', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['due_on', 'pk'],
                'indexes': [models.Index(fields=['state', 'due_on'], name='reporting_s_state_2f83b6_idx')],
                'constraints': [cse_portal.row_security.SeenBy(added='', name='reporting_subjectaccessrequest_seen', removed='', seen="((SELECT gate.opens('SUBJECT_ACCESS_PREPARE')) OR (SELECT gate.opens('SUBJECT_ACCESS_RELEASE')))\n    AND COALESCE((SELECT true FROM cases_case c WHERE c.id = {row}.case_id LIMIT 1), false)", written=''), cse_portal.audit.constraints.Watched(case='', hidden=(), name='reporting_subjectaccessrequest_watched', subject=''), models.UniqueConstraint(condition=models.Q(('state__in', ['disclosed', 'closed']), _negated=True), fields=('case', 'asked_by'), name='subject_access_one_open'), models.CheckConstraint(condition=models.Q(models.Q(('identity_checked_by', None), ('identity_checked_on', None), ('identity_proof', '')), models.Q(models.Q(('identity_proof', ''), _negated=True), ('identity_checked_by__isnull', False), ('identity_checked_on__isnull', False)), _connector='OR'), name='subject_access_identity_checked_by_someone'), models.CheckConstraint(condition=models.Q(models.Q(('extension_reason', ''), ('extension_told_on', None)), models.Q(models.Q(('extension_reason', ''), _negated=True), ('extension_told_on__isnull', False)), _connector='OR'), name='subject_access_extended_with_reason'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('state', 'closed'), models.Q(('closing_reason', ''), _negated=True)), models.Q(models.Q(('state', 'closed'), _negated=True), ('closed_at', None), ('closing_reason', '')), _connector='OR'), name='subject_access_closed_with_reason'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['ready', 'disclosed']), _negated=True), models.Q(('prepared_by__isnull', False), ('read_at__isnull', False), models.Q(('reader', models.F('prepared_by')), _negated=True)), _connector='OR'), name='subject_access_read_by_another')],
            },
        ),
        migrations.CreateModel(
            name='DisclosureItem',
            fields=[
                ('id', models.UUIDField(default=cse_portal.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('order', models.PositiveSmallIntegerField()),
                ('part', models.CharField(max_length=60)),
                ('source', models.CharField(max_length=60)),
                ('source_id', models.UUIDField()),
                ('happened_on', models.DateField(null=True)),
                ('original', models.TextField()),
                ('decision', models.CharField(choices=[('in', 'In'), ('out', 'Left out')], default='in', max_length=3)),
                ('ground', models.CharField(blank=True, choices=[('third_party', 'It is about somebody else'), ('police', 'Police: it could harm finding or stopping crime'), ('legal', 'Legal advice'), ('health', 'Health detail: a health professional must be asked first'), ('serious_harm', 'It could seriously harm somebody’s health'), ('interests', 'Not in the child’s interests that a parent reads it'), ('restricted', 'For professionals only'), ('address', 'A confidential address')], max_length=15)),
                ('police', models.BooleanField(default=False)),
                ('released_at', models.DateTimeField(null=True)),
                ('agency', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='reporting.subjectaccessrequest')),
            ],
            options={
                'ordering': ['order'],
                'constraints': [cse_portal.row_security.SeenWith(also='', name='reporting_disclosureitem_seen', parent='request', sections=(), write='see'), cse_portal.audit.constraints.Watched(case='', hidden=(), name='reporting_disclosureitem_watched', subject=''), models.UniqueConstraint(fields=('request', 'order'), name='disclosure_item_order'), models.CheckConstraint(condition=models.Q(models.Q(('decision', 'in'), ('ground', '')), models.Q(('decision', 'out'), models.Q(('ground', ''), _negated=True)), _connector='OR'), name='disclosure_item_out_with_ground'), models.CheckConstraint(condition=models.Q(('police', False), ('released_at__isnull', False), ('decision', 'out'), _connector='OR'), name='disclosure_item_police_first')],
            },
        ),
        migrations.CreateModel(
            name='Disclosure',
            fields=[
                ('id', models.UUIDField(default=cse_portal.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('case_reference', models.CharField(max_length=20)),
                ('request_reference', models.CharField(max_length=20)),
                ('asked_by', models.CharField(choices=[('child', 'The child or young person'), ('parent', 'Somebody with parental responsibility'), ('authorised', 'Somebody the child has given authority, such as a solicitor')], max_length=10)),
                ('delivery', models.CharField(choices=[('meeting', 'Given to them at a meeting'), ('post', 'By tracked post'), ('email', 'By encrypted e-mail')], max_length=10)),
                ('received_on', models.DateField()),
                ('due_on', models.DateField()),
                ('disclosed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('items', models.PositiveSmallIntegerField()),
                ('left_out', models.JSONField(default=dict)),
                ('made_at', models.DateTimeField(null=True)),
                ('pages', models.PositiveSmallIntegerField(default=0)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('stored_as', models.CharField(blank=True, max_length=100)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='disclosures', to='cases.case')),
                ('disclosed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('prepared_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('read_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('request', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='disclosure', to='reporting.subjectaccessrequest')),
            ],
            options={
                'ordering': ['-disclosed_at', 'pk'],
                'constraints': [cse_portal.row_security.SeenBy(added='', name='reporting_disclosure_seen', removed='', seen="(SELECT gate.opens('DISCLOSURE_REGISTER'))\n    AND {row}.case_id <> ALL ((SELECT gate.excluded())::uuid[]) OR ((SELECT gate.opens('SUBJECT_ACCESS_PREPARE')) OR (SELECT gate.opens('SUBJECT_ACCESS_RELEASE')))\n    AND COALESCE((SELECT true FROM cases_case c WHERE c.id = {row}.case_id LIMIT 1), false)", written="((SELECT gate.opens('SUBJECT_ACCESS_PREPARE')) OR (SELECT gate.opens('SUBJECT_ACCESS_RELEASE')))\n    AND COALESCE((SELECT true FROM cases_case c WHERE c.id = {row}.case_id LIMIT 1), false)"), cse_portal.audit.constraints.Watched(case='', hidden=(), name='reporting_disclosure_watched', subject=''), cse_portal.row_security.Frozen(but=(), name='reporting_disclosure_frozen', when='OLD.made_at IS NOT NULL'), models.CheckConstraint(condition=models.Q(('read_by', models.F('prepared_by')), _negated=True), name='disclosure_two_people'), models.CheckConstraint(condition=models.Q(models.Q(('made_at', None), ('sha256', ''), ('stored_as', '')), models.Q(('made_at__isnull', False), models.Q(('sha256', ''), _negated=True), models.Q(('stored_as', ''), _negated=True)), _connector='OR'), name='disclosure_file_with_its_proof')],
            },
        ),
        migrations.CreateModel(
            name='ReturnExplanation',
            fields=[
                ('id', models.UUIDField(default=cse_portal.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('measure', models.CharField(max_length=6)),
                ('dimension', models.CharField(max_length=20)),
                ('row', models.CharField(max_length=60)),
                ('column', models.CharField(max_length=60)),
                ('text', models.CharField(max_length=300)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('regional_return', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='explanations', to='reporting.regionalreturn')),
            ],
            options={
                'ordering': ['measure'],
                'constraints': [cse_portal.audit.constraints.Watched(case='', hidden=(), name='reporting_returnexplanation_watched', subject=''), cse_portal.row_security.Frozen(but=(), name='reporting_returnexplanation_frozen', when='gate.return_is_signed(OLD.regional_return_id)'), models.UniqueConstraint(fields=('regional_return', 'measure', 'dimension', 'row', 'column'), name='explanation_once'), models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='explanation_says_why')],
            },
        ),
        migrations.CreateModel(
            name='ValidationResult',
            fields=[
                ('id', models.UUIDField(default=cse_portal.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('revision', models.PositiveSmallIntegerField()),
                ('rule', models.CharField(max_length=10)),
                ('title', models.CharField(max_length=200)),
                ('severity', models.CharField(choices=[('error', 'Must be put right'), ('warning', 'Look at it and say why')], max_length=8)),
                ('passed', models.BooleanField()),
                ('message', models.CharField(max_length=500)),
                ('order', models.PositiveSmallIntegerField()),
                ('regional_return', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='validations', to='reporting.regionalreturn')),
            ],
            options={
                'ordering': ['order'],
                'constraints': [cse_portal.row_security.Frozen(but=(), name='reporting_validationresult_frozen', when='gate.return_is_signed(OLD.regional_return_id)'), models.UniqueConstraint(fields=('regional_return', 'revision', 'rule'), name='rule_once_per_revision')],
            },
        ),
        migrations.CreateModel(
            name='Disposal',
            fields=[
                ('id', models.UUIDField(default=cse_portal.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('record', models.CharField(choices=[('case', 'A child’s case'), ('concern', 'A concern that led to no case'), ('submission', 'Intelligence linked to no child'), ('person', 'A person of concern, not charged or convicted'), ('other', 'Other records')], max_length=12)),
                ('record_id', models.UUIDField()),
                ('reference', models.CharField(max_length=20)),
                ('rule', models.CharField(max_length=300)),
                ('due_on', models.DateField()),
                ('counts', models.JSONField()),
                ('proposed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('reason', models.CharField(max_length=500)),
                ('approved_at', models.DateTimeField(null=True)),
                ('approved_why', models.CharField(blank=True, max_length=500)),
                ('stopped_at', models.DateTimeField(null=True)),
                ('stopped_why', models.CharField(blank=True, max_length=500)),
                ('done_at', models.DateTimeField(null=True)),
                ('done_counts', models.JSONField(default=dict)),
                ('files', models.PositiveIntegerField(default=0)),
                ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('stopped_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-proposed_at'],
                'constraints': [cse_portal.audit.constraints.Watched(case='', hidden=(), name='reporting_disposal_watched', subject=''), cse_portal.row_security.SeenBy(added='', name='reporting_disposal_seen', removed='', seen="((SELECT gate.opens('RETENTION_MANAGE')) OR (SELECT gate.opens('RETENTION_APPROVE')))\n    AND ({row}.record_id IS NULL OR {row}.record_id <> ALL ((SELECT gate.excluded())::uuid[]))", written=''), models.UniqueConstraint(condition=models.Q(('done_at', None), ('stopped_at', None)), fields=('record_id',), name='disposal_one_under_way'), models.CheckConstraint(condition=models.Q(('approved_by', models.F('proposed_by')), _negated=True), name='disposal_second_person'), models.CheckConstraint(condition=models.Q(models.Q(('approved_at__isnull', True), ('approved_by__isnull', True)), models.Q(('approved_at__isnull', False), ('approved_by__isnull', False)), _connector='OR'), name='disposal_approved_by_someone'), models.CheckConstraint(condition=models.Q(('done_at__isnull', True), models.Q(('approved_by__isnull', False), ('stopped_at__isnull', True)), _connector='OR'), name='disposal_done_by_two')],
            },
        ),
        migrations.CreateModel(
            name='LegalHold',
            fields=[
                ('id', models.UUIDField(default=cse_portal.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('scope', models.CharField(choices=[('all', 'All records of child sexual abuse and exploitation'), ('case', 'Every child’s case'), ('concern', 'Every concern that led to no case'), ('submission', 'All intelligence linked to no child'), ('person', 'Every person of concern who was not charged or convicted'), ('record', 'One record')], max_length=12)),
                ('record_id', models.UUIDField(null=True)),
                ('reference', models.CharField(blank=True, max_length=20)),
                ('authority', models.CharField(max_length=150)),
                ('reason', models.CharField(max_length=500)),
                ('review_on', models.DateField()),
                ('set_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('lifted_at', models.DateTimeField(null=True)),
                ('lifted_why', models.CharField(blank=True, max_length=500)),
                ('lifted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('set_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-set_at'],
                'indexes': [models.Index(fields=['record_id'], name='reporting_l_record__de7a40_idx')],
                'constraints': [cse_portal.audit.constraints.Watched(case='', hidden=(), name='reporting_legalhold_watched', subject='record_id'), cse_portal.row_security.SeenBy(added='', name='reporting_legalhold_seen', removed='', seen="((SELECT gate.opens('RETENTION_MANAGE')) OR (SELECT gate.opens('RETENTION_APPROVE')))\n    AND ({row}.record_id IS NULL OR {row}.record_id <> ALL ((SELECT gate.excluded())::uuid[]))", written=''), models.CheckConstraint(condition=models.Q(models.Q(('record_id__isnull', False), ('scope', 'record'), models.Q(('reference', ''), _negated=True)), models.Q(models.Q(('scope', 'record'), _negated=True), ('record_id__isnull', True), ('reference', '')), _connector='OR'), name='hold_on_a_record_or_a_class'), models.CheckConstraint(condition=models.Q(models.Q(('lifted_at__isnull', True), ('lifted_by__isnull', True), ('lifted_why', '')), models.Q(('lifted_at__isnull', False), ('lifted_by__isnull', False), models.Q(('lifted_why', ''), _negated=True)), _connector='OR'), name='hold_lifted_by_someone_with_reason'), models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), _negated=True), models.Q(('authority', ''), _negated=True)), name='hold_says_why')],
            },
        ),
        migrations.CreateModel(
            name='Course',
            fields=[
                ('id', models.UUIDField(default=cse_portal.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=150, unique=True)),
                ('level', models.PositiveSmallIntegerField()),
                ('valid_months', models.PositiveSmallIntegerField(null=True)),
            ],
            options={
                'ordering': ['level', 'name'],
                'constraints': [cse_portal.audit.constraints.Watched(case='', hidden=(), name='reporting_course_watched', subject=''), models.CheckConstraint(condition=models.Q(('level__gte', 1), ('level__lte', 4)), name='course_has_a_level')],
            },
        ),
        migrations.CreateModel(
            name='StaffMember',
            fields=[
                ('id', models.UUIDField(default=cse_portal.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=150)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('role', models.CharField(max_length=30)),
                ('added_on', models.DateField(default=django.utils.timezone.localdate)),
                ('left_on', models.DateField(null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
            ],
            options={
                'ordering': ['name', 'id'],
            },
        ),
        migrations.CreateModel(
            name='TrainingList',
            fields=[
                ('id', models.UUIDField(default=cse_portal.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('file_name', models.CharField(max_length=150)),
                ('rows', models.JSONField(default=list)),
                ('recorded', models.PositiveIntegerField(default=0)),
                ('uploaded_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-uploaded_at'],
            },
        ),
        migrations.CreateModel(
            name='Attendance',
            fields=[
                ('id', models.UUIDField(default=cse_portal.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('on', models.DateField()),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attendances', to='reporting.course')),
                ('staff', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='attendances', to='reporting.staffmember')),
                ('listed', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reporting.traininglist')),
            ],
            options={
                'ordering': ['-on', '-id'],
            },
        ),
        migrations.AddConstraint(
            model_name='staffmember',
            constraint=cse_portal.audit.constraints.Watched(case='', hidden=(), name='reporting_staffmember_watched', subject=''),
        ),
        migrations.AddConstraint(
            model_name='staffmember',
            constraint=cse_portal.row_security.SeenBy(added='', name='reporting_staffmember_seen', removed='', seen="(SELECT gate.opens('STRATEGIC_VIEW')) OR (SELECT gate.opens('TRAINING_ALL')) OR (SELECT gate.opens('TRAINING_KEEP')) AND {row}.agency_id = (SELECT gate.agency_id())", written="(SELECT gate.opens('TRAINING_ALL')) OR (SELECT gate.opens('TRAINING_KEEP')) AND {row}.agency_id = (SELECT gate.agency_id())"),
        ),
        migrations.AddConstraint(
            model_name='staffmember',
            constraint=models.UniqueConstraint(models.F('agency'), django.db.models.functions.text.Lower('email'), condition=models.Q(models.Q(('email', ''), _negated=True), ('left_on', None)), name='staff_email_once'),
        ),
        migrations.AddConstraint(
            model_name='traininglist',
            constraint=cse_portal.audit.constraints.Watched(case='', hidden=('rows',), name='reporting_traininglist_watched', subject=''),
        ),
        migrations.AddConstraint(
            model_name='traininglist',
            constraint=cse_portal.row_security.SeenBy(added='', name='reporting_traininglist_seen', removed='', seen='{row}.uploaded_by_id = (SELECT gate.user_id())', written=''),
        ),
        migrations.AddConstraint(
            model_name='attendance',
            constraint=cse_portal.audit.constraints.Watched(case='', hidden=(), name='reporting_attendance_watched', subject=''),
        ),
        migrations.AddConstraint(
            model_name='attendance',
            constraint=cse_portal.row_security.SeenBy(added='', name='reporting_attendance_seen', removed='', seen="(SELECT gate.opens('STRATEGIC_VIEW')) OR (SELECT gate.opens('TRAINING_ALL')) OR (SELECT gate.opens('TRAINING_KEEP')) AND {row}.agency_id = (SELECT gate.agency_id()) OR (SELECT gate.opens('TRAINING_KEEP')) AND EXISTS (SELECT 1 FROM accounts_membership m\n    WHERE m.user_id = {row}.user_id AND m.agency_id = (SELECT gate.agency_id()))", written="(SELECT gate.opens('TRAINING_ALL')) OR (SELECT gate.opens('TRAINING_KEEP')) AND {row}.agency_id = (SELECT gate.agency_id())"),
        ),
        migrations.AddConstraint(
            model_name='attendance',
            constraint=models.CheckConstraint(condition=models.Q(('user__isnull', False), ('staff__isnull', False), _connector='XOR'), name='attendance_of_one_person'),
        ),
        migrations.AddConstraint(
            model_name='attendance',
            constraint=models.UniqueConstraint(fields=('user', 'course', 'on'), name='attendance_of_user_once'),
        ),
        migrations.AddConstraint(
            model_name='attendance',
            constraint=models.UniqueConstraint(fields=('staff', 'course', 'on'), name='attendance_of_staff_once'),
        ),
        migrations.CreateModel(
            name='AuthorityReturn',
            fields=[
                ('id', models.UUIDField(default=cse_portal.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('authority', models.CharField(max_length=9)),
                ('quarter', models.CharField(max_length=10)),
                ('figures', models.JSONField()),
                ('file_name', models.CharField(max_length=150)),
                ('sha256', models.CharField(max_length=64)),
                ('uploaded_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-uploaded_at'],
                'indexes': [models.Index(fields=['quarter', 'authority'], name='authority_return_of_quarter')],
                'constraints': [cse_portal.audit.constraints.Watched(case='', hidden=('figures',), name='reporting_authorityreturn_watched', subject=''), cse_portal.row_security.SeenBy(added='', name='reporting_authorityreturn_seen', removed='', seen="(SELECT gate.opens('RETURN_PREPARE'))", written=''), cse_portal.row_security.Frozen(but=(), name='reporting_authorityreturn_frozen', when='true')],
            },
        ),
    ]
