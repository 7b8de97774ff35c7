import cse_portal.audit.constraints
import cse_portal.audit.models
import cse_portal.keys
import cse_portal.row_security
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.fields.json
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models
from cse_portal.migrating import TablesTogether


class Migration(TablesTogether):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('audit', '0001_functions'),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditEvent',
            fields=[
                ('id', models.UUIDField(default=cse_portal.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('written_at', models.DateTimeField()),
                ('role', models.CharField(blank=True, max_length=30)),
                ('action', models.CharField(choices=cse_portal.audit.models.every_action, max_length=60)),
                ('object_type', models.CharField(blank=True, max_length=60)),
                ('object_id', models.UUIDField(null=True)),
                ('case_id', models.UUIDField(null=True)),
                ('detail', models.JSONField(default=dict)),
                ('request_id', models.UUIDField(default=uuid.uuid4)),
                ('session', models.CharField(blank=True, max_length=16)),
                ('network', models.CharField(blank=True, max_length=43)),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('agency', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
            ],
            options={
                'indexes': [models.Index(fields=['case_id', '-at'], name='audit_audit_case_id_842e76_idx'), models.Index(fields=['actor', '-at'], name='audit_audit_actor_i_75e47c_idx'), models.Index(fields=['action', '-at'], name='audit_audit_action_6fe893_idx'), django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(django.db.models.fields.json.KeyTransform('cases', 'detail'), name='jsonb_path_ops'), condition=models.Q(('detail__has_key', 'cases')), name='audit_event_cases')],
                'constraints': [cse_portal.row_security.SeenBy(added='', name='audit_auditevent_seen', removed='', seen="(SELECT gate.opens('AUDIT_VIEW')) AND ({row}.case_id IS NULL OR {row}.case_id <> ALL ((SELECT gate.excluded())::uuid[]))\n    AND ({row}.object_id IS NULL OR {row}.object_id <> ALL ((SELECT gate.excluded())::uuid[]))\n    AND NOT COALESCE({row}.detail -> 'cases' ?| (SELECT gate.excluded())::text[], false)\n    AND NOT COALESCE({row}.detail -> 'about' ?| (SELECT gate.excluded())::text[], false) OR (SELECT gate.opens('RETURN_VIEW')) AND {row}.case_id IS NULL\n    AND {row}.object_type IN ('reporting.RegionalReturn', 'reporting.BoardPack')", written='false'), cse_portal.audit.constraints.AppendOnly(name='audit_auditevent_append_only')],
            },
        ),
        migrations.CreateModel(
            name='ChangedValue',
            fields=[
                ('change_id', models.UUIDField(primary_key=True, serialize=False)),
                ('subject', models.UUIDField(db_index=True, null=True)),
                ('salt', models.BinaryField()),
                ('before', models.JSONField(null=True)),
                ('after', models.JSONField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('written_at', models.DateTimeField()),
                ('actor_id', models.UUIDField(null=True)),
                ('agency_id', models.UUIDField(null=True)),
                ('role', models.CharField(blank=True, max_length=30)),
                ('request_id', models.UUIDField(null=True)),
                ('of_table', models.CharField(max_length=63)),
                ('row_key', models.CharField(max_length=40)),
                ('case_id', models.UUIDField(null=True)),
                ('subject', models.UUIDField(null=True)),
                ('operation', models.CharField(choices=[('INSERT', 'Added'), ('UPDATE', 'Changed'), ('DELETE', 'Removed')], max_length=6)),
                ('columns', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=63), size=None)),
                ('values_hash', models.CharField(max_length=64)),
            ],
            options={
                'indexes': [models.Index(fields=['case_id', '-at'], name='audit_chang_case_id_9d51e2_idx')],
                'constraints': [cse_portal.row_security.SeenBy(added='', name='audit_change_seen', removed='', seen="(SELECT gate.opens('AUDIT_VIEW')) AND ({row}.case_id IS NULL OR {row}.case_id <> ALL ((SELECT gate.excluded())::uuid[]))", written='false'), cse_portal.audit.constraints.AppendOnly(name='audit_change_append_only')],
            },
        ),
        migrations.CreateModel(
            name='Finding',
            fields=[
                ('id', models.UUIDField(default=cse_portal.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('rule', models.CharField(max_length=40)),
                ('key', models.CharField(max_length=120)),
                ('about_on', models.DateField()),
                ('found_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('case_id', models.UUIDField(null=True)),
                ('event_id', models.UUIDField(null=True)),
                ('why', models.CharField(max_length=300)),
                ('verdict', models.CharField(blank=True, choices=[('in_order', 'In order: part of the person’s work'), ('explained', 'Explained by the person or their agency'), ('breach', 'Not in order: to be followed up')], max_length=12)),
                ('note', models.CharField(blank=True, max_length=1000)),
                ('decided_at', models.DateTimeField(null=True)),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-about_on', '-found_at'],
                'constraints': [cse_portal.row_security.SeenBy(added='', name='audit_finding_seen', removed='', seen="(SELECT gate.opens('AUDIT_REVIEW')) AND ({row}.case_id IS NULL OR {row}.case_id <> ALL ((SELECT gate.excluded())::uuid[])) AND ({row}.event_id IS NULL OR COALESCE((SELECT true FROM audit_auditevent e WHERE e.id = {row}.event_id LIMIT 1), false))", written=''), cse_portal.audit.constraints.Watched(case='', hidden=(), name='audit_finding_watched', subject=''), models.UniqueConstraint(fields=('rule', 'key'), name='finding_once'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('verdict', '')), models.Q(models.Q(('verdict', ''), _negated=True), ('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='finding_decided_by_someone')],
            },
        ),
        migrations.CreateModel(
            name='Seal',
            fields=[
                ('number', models.BigIntegerField(primary_key=True, serialize=False)),
                ('sealed_at', models.BigIntegerField()),
                ('rows', models.PositiveIntegerField()),
                ('root', models.CharField(max_length=64)),
                ('previous', models.CharField(max_length=64)),
                ('key_id', models.CharField(max_length=16)),
                ('signature', models.CharField(max_length=128)),
                ('entries', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=101), size=None)),
            ],
            options={
                'constraints': [cse_portal.row_security.SeenBy(added='', name='audit_seal_seen', removed='', seen="(SELECT gate.opens('AUDIT_VIEW'))", written='false'), cse_portal.audit.constraints.AppendOnly(name='audit_seal_append_only')],
            },
        ),
        migrations.CreateModel(
            name='Unsealed',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('written_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['written_at'], name='audit_unsea_written_cddc89_idx')],
                'constraints': [cse_portal.row_security.SeenBy(added='', name='audit_unsealed_seen', removed='', seen='false', written='')],
            },
        ),
        migrations.CreateModel(
            name='Reason',
            fields=[
                ('event', models.OneToOneField(db_column='id', on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='why', serialize=False, to='audit.auditevent')),
                ('case_id', models.UUIDField(null=True)),
                ('object_id', models.UUIDField(null=True)),
                ('words', models.TextField()),
            ],
            options={
                'indexes': [models.Index(fields=['case_id'], name='audit_reaso_case_id_2d8579_idx'), models.Index(fields=['object_id'], name='audit_reaso_object__3fe9b3_idx')],
                'constraints': [cse_portal.row_security.SeenBy(added='', name='audit_reason_seen', removed='', seen='COALESCE((SELECT true FROM audit_auditevent e WHERE e.id = {row}.id LIMIT 1), false)', written='false')],
            },
        ),
    ]
