import cse_portal.audit.constraints
import cse_portal.keys
import cse_portal.row_security
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from cse_portal.migrating import TablesTogether


class Migration(TablesTogether):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='OutboxMessage',
            fields=[
                ('id', models.UUIDField(default=cse_portal.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('topic', models.CharField(choices=[('run_job', 'Start a job'), ('mail', 'Tell a person by e-mail that something waits'), ('invite', 'Send an invitation'), ('calendar', "Send a meeting for somebody's calendar"), ('daily', 'Send a person their daily mail')], max_length=10)),
                ('about', models.UUIDField()),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('try_after', models.DateTimeField(default=django.utils.timezone.now)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('error_code', models.CharField(blank=True, max_length=60)),
                ('delivered_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['created_at'],
                'indexes': [models.Index(condition=models.Q(('delivered_at__isnull', True)), fields=['try_after'], name='outbox_due')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('delivered_at__isnull', True)), fields=('topic', 'about'), name='outbox_one_pending_each')],
            },
        ),
        migrations.CreateModel(
            name='DailyMail',
            fields=[
                ('id', models.UUIDField(default=cse_portal.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('day', models.DateField()),
                ('counted_until', models.DateTimeField()),
                ('counts', models.JSONField()),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['user', '-counted_until'], name='jobs_dailym_user_id_4e34d4_idx')],
                'constraints': [cse_portal.row_security.SeenBy(added='', name='jobs_dailymail_seen', removed='', seen='{row}.user_id = (SELECT gate.user_id())', written=''), models.UniqueConstraint(fields=('user', 'day'), name='dailymail_one_a_day')],
            },
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.UUIDField(default=cse_portal.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=60)),
                ('key', models.CharField(max_length=120)),
                ('state', models.CharField(choices=[('queued', 'Waiting to start'), ('running', 'Running'), ('done', 'Finished'), ('failed', 'Stopped with an error')], default='queued', max_length=10)),
                ('done', models.PositiveIntegerField(default=0)),
                ('total', models.PositiveIntegerField(default=0)),
                ('message', models.CharField(blank=True, max_length=250)),
                ('payload', models.JSONField(default=dict)),
                ('checkpoint', models.JSONField(default=dict)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('error_code', models.CharField(blank=True, max_length=60)),
                ('locked_by', models.CharField(blank=True, max_length=120)),
                ('locked_until', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('started_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('requested_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-created_at'],
                'indexes': [models.Index(condition=models.Q(('state__in', ['done', 'failed']), _negated=True), fields=['locked_until'], name='job_unfinished')],
                'constraints': [models.UniqueConstraint(fields=('kind', 'key'), name='job_happens_once'), models.CheckConstraint(condition=models.Q(models.Q(('finished_at__isnull', False), ('state__in', ['done', 'failed'])), models.Q(models.Q(('state__in', ['done', 'failed']), _negated=True), ('finished_at__isnull', True)), _connector='OR'), name='job_finished_has_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'running'), _negated=True), models.Q(models.Q(('locked_by', ''), _negated=True), ('locked_until__isnull', False)), _connector='OR'), name='job_running_has_a_lease')],
            },
        ),
        migrations.CreateModel(
            name='NoticeChoice',
            fields=[
                ('id', models.UUIDField(default=cse_portal.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('case_work', 'Concerns, cases and reviews'), ('meetings', 'Meetings'), ('reports', 'Reports for a meeting'), ('minutes', 'Minutes'), ('actions', 'Actions of a plan'), ('intelligence', 'Intelligence'), ('figures', 'Returns and board packs'), ('oversight', 'Oversight: exclusions, emergencies, copies, audit and retention'), ('account', 'Your account, and who takes part')], max_length=20)),
                ('way', models.CharField(choices=[('both', 'A mail at once, and the daily mail while it is unread'), ('at_once', 'A mail at once'), ('daily', 'The daily mail only'), ('portal', 'No mail: only in the portal')], max_length=10)),
                ('chosen_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [cse_portal.audit.constraints.Watched(case='', hidden=(), name='jobs_noticechoice_watched', subject='user_id'), cse_portal.row_security.SeenBy(added='', name='jobs_noticechoice_seen', removed='', seen='{row}.user_id = (SELECT gate.user_id())', written=''), models.UniqueConstraint(fields=('user', 'kind'), name='notice_one_way_for_a_kind'), models.CheckConstraint(condition=models.Q(models.Q(('way', 'portal'), _negated=True), ('kind__in', ('intelligence', 'figures')), _connector='OR'), name='notice_never_off_a_clock')],
            },
        ),
        migrations.CreateModel(
            name='Notification',
            fields=[
                ('id', models.UUIDField(default=cse_portal.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('case_work', 'Concerns, cases and reviews'), ('meetings', 'Meetings'), ('reports', 'Reports for a meeting'), ('minutes', 'Minutes'), ('actions', 'Actions of a plan'), ('intelligence', 'Intelligence'), ('figures', 'Returns and board packs'), ('oversight', 'Oversight: exclusions, emergencies, copies, audit and retention'), ('account', 'Your account, and who takes part')], default='case_work', max_length=20)),
                ('text', models.CharField(max_length=200)),
                ('url', models.CharField(max_length=200)),
                ('case_id', models.UUIDField(null=True)),
                ('about_id', models.UUIDField(null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('read_at', models.DateTimeField(null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notifications', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-created_at'],
                'indexes': [models.Index(fields=['user', '-created_at'], name='jobs_notifi_user_id_9726a1_idx')],
                'constraints': [cse_portal.row_security.SeenBy(added='(SELECT gate.user_id()) IS NOT NULL', name='jobs_notification_seen', removed='', seen="{row}.user_id = (SELECT gate.user_id())\n    AND ({row}.about_id IS NULL OR {row}.about_id <> ALL ((SELECT gate.excluded())::uuid[]))\n    AND ({row}.case_id IS NULL OR {row}.case_id <> ALL ((SELECT gate.excluded())::uuid[])\n         AND CASE WHEN (SELECT gate.opens('CASE_VIEW')) THEN gate.sees_case({row}.case_id)\n                  ELSE {row}.created_at <@ (SELECT gate.posts_here()) END)", written=''), models.CheckConstraint(condition=models.Q(('url__startswith', '/')), name='notification_url_is_our_own')],
            },
        ),
    ]
