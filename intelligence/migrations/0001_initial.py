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

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('cases', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='IntelligenceSubmission',
            fields=[
                ('id', models.UUIDField(default=cse_portal.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('reference', models.CharField(max_length=20, unique=True)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Waiting for the intelligence unit'), ('received', 'Received by the intelligence unit'), ('returned', 'The unit has asked for more detail'), ('review', 'With a second officer of the intelligence unit'), ('answered', 'Answered')], default='draft', max_length=10)),
                ('steps_done', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), default=list, size=None)),
                ('unfinished', models.JSONField(default=dict)),
                ('strands', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), blank=True, default=list, size=None)),
                ('urgency', models.CharField(blank=True, max_length=10)),
                ('learned_on', models.DateField(blank=True, null=True)),
                ('provenance', models.CharField(blank=True, max_length=30)),
                ('first_hand', models.BooleanField(null=True)),
                ('meeting_may_discuss', models.BooleanField(null=True)),
                ('others_who_know', models.TextField(blank=True, max_length=2000)),
                ('keep_from', models.TextField(blank=True, max_length=2000)),
                ('police_may_contact', models.BooleanField(null=True)),
                ('best_contact', models.CharField(blank=True, max_length=200)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('submitted_at', models.DateTimeField(null=True)),
                ('received_at', models.DateTimeField(null=True)),
                ('receive_by', models.DateField(null=True)),
                ('answer_by', models.DateField(null=True)),
                ('work', models.JSONField(default=dict)),
                ('agreed_at', models.DateTimeField(null=True)),
                ('force_reference', models.CharField(blank=True, max_length=50)),
                ('force_receipt_at', models.DateTimeField(null=True)),
                ('graded_at', models.DateTimeField(null=True)),
                ('source_interview', models.UUIDField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('agreed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('author_agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('graded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('received_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [cse_portal.audit.constraints.Watched(case='', hidden=('source_interview',), name='intelligence_intelligencesubmission_watched', subject=''), cse_portal.row_security.SeenBy(added='', name='intelligence_intelligencesubmission_seen', removed='', seen="(SELECT gate.opens('SUBMISSION_VIEW')) AND (\n    {row}.author_id = (SELECT gate.user_id()) AND {row}.author_agency_id = (SELECT gate.agency_id())\n    OR (SELECT gate.opens('INTELLIGENCE_GRADE')) AND {row}.state <> 'draft'\n       AND {row}.id <> ALL ((SELECT gate.excluded_intelligence())::uuid[]))", written=''), models.CheckConstraint(condition=models.Q(models.Q(('answer_by', None), ('receive_by', None), ('state', 'draft'), ('submitted_at', None)), models.Q(models.Q(('state', 'draft'), _negated=True), ('answer_by__isnull', False), ('receive_by__isnull', False), ('submitted_at__isnull', False)), _connector='OR'), name='submission_sent_with_clocks'), models.CheckConstraint(condition=models.Q(models.Q(('received_at', None), ('received_by', None)), models.Q(('received_at__isnull', False), ('received_by__isnull', False)), _connector='OR'), name='submission_received_by_someone'), models.CheckConstraint(condition=models.Q(models.Q(('agreed_at', None), ('agreed_by', None)), models.Q(('agreed_at__isnull', False), ('agreed_by__isnull', False), models.Q(('agreed_by', models.F('received_by')), _negated=True)), _connector='OR'), name='submission_agreed_by_another'), models.CheckConstraint(condition=models.Q(models.Q(('graded_at__isnull', True), ('graded_by__isnull', True)), models.Q(('graded_at__isnull', False), ('graded_by__isnull', False)), _connector='OR'), name='submission_graded_by_someone')],
                'indexes': [models.Index(fields=['state', 'submitted_at'], name='intelligenc_state_acde2d_idx'), models.Index(fields=['author', '-created_at'], name='intelligenc_author__29cb61_idx'), models.Index(fields=['submitted_at'], name='intelligenc_submitt_fd1422_idx')],
            },
        ),
        migrations.CreateModel(
            name='IntelligenceReport',
            fields=[
                ('id', models.UUIDField(default=cse_portal.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('reference', models.CharField(max_length=20, unique=True)),
                ('handling', models.CharField(choices=[('P', 'P: lawful sharing permitted'), ('C', 'C: lawful sharing permitted with conditions')], max_length=1)),
                ('conditions', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=4), blank=True, default=list, size=None)),
                ('instructions', models.TextField(blank=True, max_length=2000)),
                ('meeting_may_discuss', models.BooleanField(default=False)),
                ('issued_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('withdrawn_reason', models.CharField(blank=True, max_length=500)),
                ('agreed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('issued_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('withdrawn_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='intelligence.intelligencesubmission')),
            ],
            options={
                'constraints': [cse_portal.audit.constraints.Watched(case='', hidden=(), name='intelligence_intelligencereport_watched', subject='submission_id'), cse_portal.row_security.SeenBy(added='', name='intelligence_intelligencereport_seen', removed='', seen="(SELECT gate.opens('INTELLIGENCE_REPORT_VIEW')) AND {row}.id <> ALL ((SELECT gate.excluded_intelligence())::uuid[])\n    AND ((SELECT gate.opens('INTELLIGENCE_GRADE')) OR gate.reads_report({row}.id, {row}.handling))", written="(SELECT gate.opens('INTELLIGENCE_GRADE')) AND {row}.id <> ALL ((SELECT gate.excluded_intelligence())::uuid[])"), models.UniqueConstraint(condition=models.Q(('withdrawn_at', None)), fields=('submission', 'handling'), name='report_one_per_handling'), models.CheckConstraint(condition=models.Q(('handling', 'C'), models.Q(('agreed_by__isnull', False), models.Q(('agreed_by', models.F('issued_by')), _negated=True)), _connector='OR'), name='report_p_agreed_by_another'), models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at', None), ('withdrawn_by', None), ('withdrawn_reason', '')), models.Q(('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False), models.Q(('withdrawn_reason', ''), _negated=True)), _connector='OR'), name='report_withdrawn_with_reason'), models.CheckConstraint(condition=models.Q(('handling', 'P'), models.Q(('instructions', ''), _negated=True), _connector='OR'), name='report_c_says_how_to_handle')],
                'indexes': [models.Index(fields=['-issued_at'], name='intelligenc_issued__853846_idx')],
                'ordering': ['-issued_at'],
            },
        ),
        migrations.CreateModel(
            name='IntelligenceLine',
            fields=[
                ('id', models.UUIDField(default=cse_portal.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('text', models.TextField(max_length=2000)),
                ('happened', models.CharField(blank=True, max_length=100)),
                ('source_evaluation', models.CharField(blank=True, max_length=1)),
                ('assessment', models.CharField(blank=True, max_length=1)),
                ('handling', models.CharField(blank=True, choices=[('P', 'P: lawful sharing permitted'), ('C', 'C: lawful sharing permitted with conditions')], max_length=1)),
                ('conditions', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=4), blank=True, default=list, size=None)),
                ('sanitised', models.TextField(blank=True, max_length=4000)),
                ('left_out', models.CharField(blank=True, max_length=500)),
                ('kept', models.JSONField(default=dict)),
                ('legacy', models.CharField(blank=True, max_length=3)),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='intelligence.intelligencesubmission')),
            ],
            options={
                'constraints': [cse_portal.audit.constraints.Watched(case='', hidden=(), name='intelligence_intelligenceline_watched', subject=''), cse_portal.row_security.SeenWith(also='', name='intelligence_intelligenceline_seen', parent='submission', sections=(), write='see'), models.CheckConstraint(condition=models.Q(('assessment__in', ['', 'A', 'B', 'C', 'D', 'E']), ('handling__in', ['', 'P', 'C']), ('source_evaluation__in', ['', '1', '2', '3'])), name='line_graded_on_3x5x2'), models.CheckConstraint(condition=models.Q(('handling', 'C'), ('conditions', []), _connector='OR'), name='line_conditions_only_with_c')],
                'ordering': ['order'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='IntelligenceFeedback',
            fields=[
                ('id', models.UUIDField(default=cse_portal.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=4)),
                ('outcome', models.CharField(max_length=30)),
                ('text', models.TextField(blank=True, max_length=4000)),
                ('given_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('read_by_author_at', models.DateTimeField(null=True)),
                ('given_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='feedback', to='intelligence.intelligencesubmission')),
            ],
            options={
                'constraints': [cse_portal.audit.constraints.Watched(case='', hidden=(), name='intelligence_intelligencefeedback_watched', subject=''), cse_portal.row_security.SeenWith(also='', name='intelligence_intelligencefeedback_seen', parent='submission', sections=(), write='see')],
                'verbose_name_plural': 'intelligence feedback',
                'ordering': ['-given_at'],
            },
        ),
        migrations.CreateModel(
            name='DetailRequest',
            fields=[
                ('id', models.UUIDField(default=cse_portal.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('question', models.TextField(max_length=2000)),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('reply', models.TextField(blank=True, max_length=4000)),
                ('replied_at', models.DateTimeField(null=True)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='intelligence.intelligencesubmission')),
            ],
            options={
                'constraints': [cse_portal.audit.constraints.Watched(case='', hidden=(), name='intelligence_detailrequest_watched', subject=''), cse_portal.row_security.SeenWith(also='', name='intelligence_detailrequest_seen', parent='submission', sections=(), write='see'), models.UniqueConstraint(condition=models.Q(('replied_at__isnull', True)), fields=('submission',), name='detailrequest_one_open')],
                'ordering': ['asked_at'],
            },
        ),
        migrations.CreateModel(
            name='Disruption',
            fields=[
                ('id', models.UUIDField(default=cse_portal.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('tactic', models.CharField(max_length=10)),
                ('text', models.TextField(max_length=2000)),
                ('state', models.CharField(choices=[('AGREED', 'Agreed on'), ('IN_FORCE', 'In force'), ('ENDED', 'Ended'), ('NOT_USED', 'Not used after all')], default='AGREED', max_length=10)),
                ('agreed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('source_id', models.UUIDField(null=True)),
                ('due_on', models.DateField()),
                ('reminded', models.CharField(blank=True, choices=[('ACTION_REMIND_BEFORE', 'Reminder before its day'), ('ACTION_REMIND_ON_DAY', 'Reminder on its day'), ('ACTION_REMIND_AFTER', 'Reminder after its day')], max_length=30)),
                ('in_force_from', models.DateField(null=True)),
                ('expires_on', models.DateField(null=True)),
                ('ended_on', models.DateField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('agreed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='disruption', to='intelligence.subject')),
            ],
            options={
                'constraints': [cse_portal.audit.constraints.Watched(case='', hidden=(), name='intelligence_disruption_watched', subject=''), cse_portal.row_security.SeenWith(also='', name='intelligence_disruption_seen', parent='subject', sections=(), write='see'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'IN_FORCE'), _negated=True), ('in_force_from__isnull', False), _connector='OR'), name='disruption_in_force_since_a_day'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('AGREED', 'IN_FORCE')), ('ended_on', None)), models.Q(models.Q(('state__in', ('AGREED', 'IN_FORCE')), _negated=True), ('ended_on__isnull', False)), _connector='OR'), name='disruption_ended_on_a_day')],
                'verbose_name_plural': 'disruption',
                'ordering': ['expires_on', 'agreed_at'],
            },
        ),
        migrations.CreateModel(
            name='ReportLine',
            fields=[
                ('id', models.UUIDField(default=cse_portal.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('order', models.PositiveSmallIntegerField()),
                ('text', models.TextField(max_length=4000)),
                ('grade', models.CharField(max_length=3)),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='intelligence.intelligenceline')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='intelligence.intelligencereport')),
            ],
            options={
                'constraints': [cse_portal.audit.constraints.Watched(case='', hidden=(), name='intelligence_reportline_watched', subject=''), cse_portal.row_security.SeenWith(also="(SELECT gate.opens('INTELLIGENCE_GRADE')) OR EXISTS (SELECT FROM intelligence_intelligencereport r\n    WHERE r.id = {row}.report_id AND r.withdrawn_at IS NULL)", name='intelligence_reportline_seen', parent='report', sections=(), write='see')],
                'ordering': ['order'],
            },
        ),
        migrations.CreateModel(
            name='SubmissionContact',
            fields=[
                ('id', models.UUIDField(default=cse_portal.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('kind', models.CharField(max_length=20)),
                ('value', models.CharField(max_length=200)),
                ('details', models.TextField(blank=True, max_length=2000)),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contacts', to='intelligence.intelligencesubmission')),
            ],
            options={
                'constraints': [cse_portal.audit.constraints.Watched(case='', hidden=(), name='intelligence_submissioncontact_watched', subject=''), cse_portal.row_security.SeenWith(also='', name='intelligence_submissioncontact_seen', parent='submission', sections=(), write='see')],
                'ordering': ['order'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SubmissionPlace',
            fields=[
                ('id', models.UUIDField(default=cse_portal.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('name', models.CharField(blank=True, max_length=200)),
                ('address', models.CharField(blank=True, max_length=300)),
                ('postcode', models.CharField(blank=True, max_length=10)),
                ('details', models.TextField(blank=True, max_length=2000)),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='places', to='intelligence.intelligencesubmission')),
            ],
            options={
                'constraints': [cse_portal.audit.constraints.Watched(case='', hidden=(), name='intelligence_submissionplace_watched', subject=''), cse_portal.row_security.SeenWith(also='', name='intelligence_submissionplace_seen', parent='submission', sections=(), write='see')],
                'ordering': ['order'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SubmissionSource',
            fields=[
                ('id', models.UUIDField(default=cse_portal.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(blank=True, max_length=200)),
                ('relation', models.CharField(blank=True, max_length=200)),
                ('contact', models.CharField(blank=True, max_length=200)),
                ('reliability', models.TextField(blank=True, max_length=2000)),
                ('risk', models.TextField(blank=True, max_length=4000)),
                ('told_it_is_shared', models.CharField(blank=True, choices=[('yes', 'Yes'), ('no', 'No'), ('not_known', 'Not known')], max_length=10)),
                ('submission', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='source', to='intelligence.intelligencesubmission')),
            ],
            options={
                'constraints': [cse_portal.audit.constraints.Watched(case='', hidden=(), name='intelligence_submissionsource_watched', subject=''), cse_portal.row_security.SeenWith(also='', name='intelligence_submissionsource_seen', parent='submission', sections=(), write='see')],
            },
        ),
        migrations.CreateModel(
            name='SubmissionSubject',
            fields=[
                ('id', models.UUIDField(default=cse_portal.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('given_name', models.CharField(blank=True, max_length=100)),
                ('family_name', models.CharField(blank=True, max_length=100)),
                ('other_names', models.CharField(blank=True, max_length=200)),
                ('role', models.CharField(blank=True, max_length=20)),
                ('date_of_birth', models.DateField(blank=True, null=True)),
                ('age', models.CharField(blank=True, max_length=60)),
                ('description', models.TextField(blank=True, max_length=4000)),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='subjects', to='intelligence.intelligencesubmission')),
            ],
            options={
                'constraints': [cse_portal.audit.constraints.Watched(case='', hidden=(), name='intelligence_submissionsubject_watched', subject=''), cse_portal.row_security.SeenWith(also='', name='intelligence_submissionsubject_seen', parent='submission', sections=(), write='see')],
                'ordering': ['order'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SubmissionVehicle',
            fields=[
                ('id', models.UUIDField(default=cse_portal.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('registration', models.CharField(blank=True, max_length=15)),
                ('make_and_model', models.CharField(blank=True, max_length=100)),
                ('colour', models.CharField(blank=True, max_length=40)),
                ('details', models.TextField(blank=True, max_length=2000)),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='vehicles', to='intelligence.intelligencesubmission')),
            ],
            options={
                'constraints': [cse_portal.audit.constraints.Watched(case='', hidden=(), name='intelligence_submissionvehicle_watched', subject=''), cse_portal.row_security.SeenWith(also='', name='intelligence_submissionvehicle_seen', parent='submission', sections=(), write='see')],
                'ordering': ['order'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Link',
            fields=[
                ('id', models.UUIDField(default=cse_portal.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('linked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('case', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.case')),
                ('linked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links', to='intelligence.intelligencereport')),
                ('subject', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='links', to='intelligence.subject')),
            ],
            options={
                'constraints': [cse_portal.audit.constraints.Watched(case='', hidden=(), name='intelligence_link_watched', subject='report_id'), cse_portal.row_security.SeenBy(added='', name='intelligence_link_seen', removed='', seen="COALESCE((SELECT {row}.case_id IS NULL OR (SELECT gate.opens('INTELLIGENCE_GRADE')) OR r.handling = 'C'\n                  OR gate.holds({row}.case_id, 'view_intelligence')\n    FROM intelligence_intelligencereport r WHERE r.id = {row}.report_id LIMIT 1), false)", written="(SELECT gate.opens('INTELLIGENCE_GRADE'))"), models.CheckConstraint(condition=models.Q(('case__isnull', True), ('subject__isnull', True), _connector='XOR'), name='link_to_one_thing'), models.UniqueConstraint(fields=('report', 'case', 'subject'), name='link_once', nulls_distinct=False)],
                'verbose_name': 'police information',
                'verbose_name_plural': 'police information',
                'ordering': ['linked_at'],
            },
        ),
        migrations.CreateModel(
            name='DisruptionUpdate',
            fields=[
                ('id', models.UUIDField(default=cse_portal.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('AGREED', 'Agreed on'), ('IN_FORCE', 'In force'), ('ENDED', 'Ended'), ('NOT_USED', 'Not used after all')], max_length=10)),
                ('text', models.TextField(max_length=4000)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('disruption', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='updates', to='intelligence.disruption')),
            ],
            options={
                'ordering': ['at', 'id'],
                'constraints': [cse_portal.audit.constraints.Watched(case='', hidden=(), name='intelligence_disruptionupdate_watched', subject=''), cse_portal.row_security.SeenWith(also='', name='intelligence_disruptionupdate_seen', parent='disruption', sections=(), write='see'), cse_portal.row_security.Frozen(but=(), name='intelligence_disruptionupdate_frozen', when='true'), models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='disruption_update_says_what')],
            },
        ),
        migrations.CreateModel(
            name='IntelligenceReportReader',
            fields=[
                ('id', models.UUIDField(default=cse_portal.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('reason', models.CharField(max_length=500)),
                ('named_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('named_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='readers', to='intelligence.intelligencereport')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['named_at'],
                'constraints': [cse_portal.audit.constraints.Watched(case='', hidden=(), name='intelligence_intelligencereportreader_watched', subject=''), cse_portal.row_security.SeenWith(also='', name='intelligence_intelligencereportreader_seen', parent='report', sections=(), write='see'), models.UniqueConstraint(fields=('report', 'user'), name='report_reader_once'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='report_reader_says_why')],
            },
        ),
        migrations.CreateModel(
            name='Subject',
            fields=[
                ('id', models.UUIDField(default=cse_portal.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('person', 'Person'), ('place', 'Place'), ('vehicle', 'Vehicle'), ('phone', 'Phone'), ('account', 'Account'), ('context', 'Context')], max_length=10)),
                ('reference', models.CharField(max_length=20, unique=True)),
                ('name', models.CharField(max_length=200)),
                ('other_names', models.CharField(blank=True, max_length=200)),
                ('identifier', models.CharField(blank=True, max_length=200)),
                ('address', models.CharField(blank=True, max_length=300)),
                ('ward', models.CharField(blank=True, max_length=20)),
                ('description', models.TextField(blank=True, max_length=4000)),
                ('date_of_birth', models.DateField(blank=True, null=True)),
                ('details', models.JSONField(blank=True, default=dict)),
                ('standing', models.CharField(max_length=30)),
                ('standing_since', models.DateField(default=django.utils.timezone.localdate)),
                ('standing_source', models.CharField(blank=True, max_length=500)),
                ('review_on', models.DateField(blank=True, null=True)),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('added_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'verbose_name': 'subject of concern',
                'verbose_name_plural': 'subjects of concern',
                'ordering': ['-added_at'],
                'constraints': [cse_portal.audit.constraints.Watched(case='', hidden=(), name='intelligence_subject_watched', subject=''), cse_portal.row_security.SeenBy(added='', name='intelligence_subject_seen', removed='', seen="{row}.id <> ALL ((SELECT gate.excluded_intelligence())::uuid[]) AND ((SELECT gate.opens('INTELLIGENCE_GRADE')) OR COALESCE((\n    SELECT true FROM intelligence_link l JOIN intelligence_intelligencereport r ON r.id = l.report_id\n    WHERE l.subject_id = {row}.id AND r.withdrawn_at IS NULL LIMIT 1), false))", written="(SELECT gate.opens('INTELLIGENCE_GRADE'))"), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='subject_has_a_name'), models.CheckConstraint(condition=models.Q(('kind__in', ['person', 'place', 'vehicle', 'phone', 'account', 'context'])), name='subject_of_a_kind')],
                'indexes': [models.Index(fields=['kind', 'name'], name='intelligenc_kind_eb0ba2_idx')],
            },
        ),
    ]
