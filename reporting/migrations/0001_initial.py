import cse_portal.audit.constraints
import cse_portal.keys
import cse_portal.row_security
import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
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
                ('dimension', models.CharField(choices=[('all', 'Total'), ('category', 'By category'), ('sex', 'By sex'), ('age', 'By age group'), ('ethnicity', 'By ethnicity'), ('agency', 'By agency'), ('category_sex', 'By category and sex'), ('movement', 'From category to category'), ('source', 'By who told us'), ('outcome', 'By outcome'), ('support', 'By support the child has'), ('field', 'By field'), ('people', 'By part in the meeting'), ('quorum', 'By quorum'), ('plan', 'By part of the plan'), ('feedback', 'By feedback'), ('reason', 'By reason'), ('due', 'Due'), ('paused', 'Paused'), ('stage', 'By stage'), ('stage_outcome', 'By stage and outcome')], max_length=20)),
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
                ('measure', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='figures', to='reporting.returnmeasure')),
            ],
            options={
                'ordering': ['order'],
                'constraints': [cse_portal.row_security.Frozen(but=(), name='reporting_returnfigure_frozen', when='gate.return_is_signed(OLD.measure_id)'), models.UniqueConstraint(fields=('measure', 'dimension', 'row', 'column'), name='figure_once_per_cell')],
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
                ('state', models.CharField(choices=[('proposed', 'Waits for a second person'), ('approved', 'Approved, can be withdrawn'), ('refused', 'Refused'), ('withdrawn', 'Withdrawn'), ('stopped', 'Stopped'), ('done', 'Disposed of')], default='proposed', max_length=10)),
                ('record', models.CharField(choices=[('case', 'A child’s case'), ('concern', 'A concern that led to no case'), ('submission', 'Intelligence linked to no child'), ('person', 'A person of concern, not charged or convicted'), ('other', 'Other records')], max_length=12)),
                ('record_id', models.UUIDField()),
                ('reference', models.CharField(max_length=20)),
                ('record_class', models.CharField(max_length=150)),
                ('rule', models.CharField(max_length=40)),
                ('rule_words', models.CharField(max_length=300)),
                ('ended_on', models.DateField()),
                ('due_on', models.DateField()),
                ('counts', models.JSONField()),
                ('proposed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('reason', models.CharField(max_length=500)),
                ('decided_at', models.DateTimeField(null=True)),
                ('decision_note', models.CharField(blank=True, max_length=500)),
                ('goes_at', models.DateTimeField(null=True)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('withdrawn_why', models.CharField(blank=True, max_length=500)),
                ('stopped_why', models.CharField(blank=True, max_length=200)),
                ('done_at', models.DateTimeField(null=True)),
                ('done_counts', models.JSONField(default=dict)),
                ('files_left', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), default=list, size=None)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('withdrawn_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-proposed_at'],
                'indexes': [models.Index(fields=['record_id'], name='reporting_d_record__d77869_idx'), models.Index(fields=['state', 'goes_at'], name='reporting_d_state_183810_idx')],
                'constraints': [cse_portal.audit.constraints.Watched(case='', hidden=(), name='reporting_disposal_watched', subject=''), cse_portal.row_security.SeenBy(added='', name='reporting_disposal_seen', removed='', seen="(SELECT gate.opens('RETENTION_MANAGE')) OR (SELECT gate.opens('RETENTION_APPROVE'))", written=''), models.UniqueConstraint(condition=models.Q(('state__in', ['proposed', 'approved'])), fields=('record_id',), name='disposal_one_under_way'), models.CheckConstraint(condition=models.Q(('decided_by', models.F('proposed_by')), _negated=True), name='disposal_second_person'), models.CheckConstraint(condition=models.Q(models.Q(models.Q(('state', 'proposed'), _negated=True), models.Q(('state', 'withdrawn'), _negated=True), _negated=True), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='disposal_decided_by_someone'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['approved', 'done']), _negated=True), ('goes_at__isnull', False), _connector='OR'), name='disposal_approved_for_a_day'), models.CheckConstraint(condition=models.Q(models.Q(('done_at__isnull', False), ('state', 'done')), models.Q(models.Q(('state', 'done'), _negated=True), ('done_at__isnull', True)), _connector='OR'), name='disposal_done_at_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'withdrawn'), ('withdrawn_by__isnull', False), models.Q(('withdrawn_why', ''), _negated=True)), models.Q(models.Q(('state', 'withdrawn'), _negated=True), ('withdrawn_by__isnull', True), ('withdrawn_why', '')), _connector='OR'), name='disposal_withdrawn_by_someone')],
            },
        ),
        migrations.CreateModel(
            name='KeptLonger',
            fields=[
                ('id', models.UUIDField(default=cse_portal.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('record_id', models.UUIDField()),
                ('reference', models.CharField(max_length=20)),
                ('reason', models.CharField(max_length=500)),
                ('until', models.DateField()),
                ('decided_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('decided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-decided_at'],
                'indexes': [models.Index(fields=['record_id', '-decided_at'], name='reporting_k_record__2b1b14_idx')],
                'constraints': [cse_portal.audit.constraints.Watched(case='', hidden=(), name='reporting_keptlonger_watched', subject='record_id'), cse_portal.row_security.SeenBy(added='', name='reporting_keptlonger_seen', removed='', seen="(SELECT gate.opens('RETENTION_MANAGE')) OR (SELECT gate.opens('RETENTION_APPROVE'))", written=''), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='kept_longer_says_why')],
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
                'constraints': [cse_portal.audit.constraints.Watched(case='', hidden=(), name='reporting_legalhold_watched', subject='record_id'), cse_portal.row_security.SeenBy(added='', name='reporting_legalhold_seen', removed='', seen="(SELECT gate.opens('RETENTION_MANAGE')) OR (SELECT gate.opens('RETENTION_APPROVE'))", written=''), models.CheckConstraint(condition=models.Q(models.Q(('record_id__isnull', False), ('scope', 'record'), models.Q(('reference', ''), _negated=True)), models.Q(models.Q(('scope', 'record'), _negated=True), ('record_id__isnull', True), ('reference', '')), _connector='OR'), name='hold_on_a_record_or_a_class'), models.CheckConstraint(condition=models.Q(models.Q(('lifted_at__isnull', True), ('lifted_by__isnull', True), ('lifted_why', '')), models.Q(('lifted_at__isnull', False), ('lifted_by__isnull', False), models.Q(('lifted_why', ''), _negated=True)), _connector='OR'), name='hold_lifted_by_someone_with_reason'), models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), _negated=True), models.Q(('authority', ''), _negated=True)), name='hold_says_why')],
            },
        ),
    ]
