import cse_portal.keys
import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.utils.timezone
import django.db.models.functions.comparison
from django.db import migrations, models
from cse_portal.migrating import TablesTogether


class Migration(TablesTogether):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='CodeList',
            fields=[
                ('code', models.SlugField(max_length=60, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120)),
                ('description', models.TextField(blank=True)),
                ('source', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='AgendaTemplate',
            fields=[
                ('id', models.UUIDField(default=cse_portal.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('meeting_type', models.CharField(max_length=40)),
                ('title', models.CharField(max_length=150)),
                ('version', models.PositiveSmallIntegerField()),
                ('source', models.CharField(max_length=200)),
            ],
            options={
                'ordering': ['meeting_type', 'version'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='agendatemplate_ends_after_start'), models.UniqueConstraint(fields=('meeting_type', 'version'), name='agendatemplate_version_once'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('meeting_type', '='), (models.Func(models.F('valid_from'), models.F('valid_to'), django.contrib.postgres.fields.ranges.RangeBoundary(), function='daterange', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='agendatemplate_one_version_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='ClockRule',
            fields=[
                ('id', models.UUIDField(default=cse_portal.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('code', models.CharField(max_length=40)),
                ('label', models.CharField(max_length=200)),
                ('amount', models.SmallIntegerField()),
                ('unit', models.CharField(choices=[('working_days', 'working days'), ('hours', 'hours'), ('days', 'days'), ('months', 'months')], max_length=15)),
                ('category', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('counted_from', models.CharField(max_length=120)),
                ('day_closes', models.BooleanField(default=True)),
                ('version', models.PositiveSmallIntegerField(default=1)),
                ('source', models.CharField(max_length=200)),
            ],
            options={
                'ordering': ['code', 'category', 'valid_from'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='clockrule_ends_after_start'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('code', '='), (django.db.models.functions.comparison.Coalesce('category', models.Value(-1)), '='), (models.Func(models.F('valid_from'), models.F('valid_to'), django.contrib.postgres.fields.ranges.RangeBoundary(), function='daterange', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='clockrule_one_version_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='IndicatorSet',
            fields=[
                ('id', models.UUIDField(default=cse_portal.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('code', models.SlugField(max_length=60)),
                ('title', models.CharField(max_length=150)),
                ('version', models.PositiveSmallIntegerField()),
                ('source', models.CharField(max_length=200)),
            ],
            options={
                'ordering': ['code', 'version'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='indicatorset_ends_after_start'), models.UniqueConstraint(fields=('code', 'version'), name='indicatorset_version_once'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('code', '='), (models.Func(models.F('valid_from'), models.F('valid_to'), django.contrib.postgres.fields.ranges.RangeBoundary(), function='daterange', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='indicatorset_one_version_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='RetentionRule',
            fields=[
                ('id', models.UUIDField(default=cse_portal.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('code', models.SlugField(max_length=40)),
                ('record', models.CharField(choices=[('case', 'A child’s case'), ('concern', 'A concern that led to no case'), ('submission', 'Intelligence linked to no child'), ('person', 'A person of concern, not charged or convicted'), ('other', 'Other records')], max_length=12)),
                ('title', models.CharField(max_length=150)),
                ('holds', models.CharField(max_length=300)),
                ('applies_to', models.CharField(choices=[('every', 'every one'), ('serious', 'a child who was ever in category 2 or 3'), ('looked_after', 'a child who is or was looked after, or left care'), ('died', 'a looked-after child who died before 18'), ('adopted', 'a child whose case is restricted because of an adoption')], default='every', max_length=12)),
                ('years', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('days', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('counted_from', models.CharField(blank=True, choices=[('birth', 'the child’s birth'), ('end', 'its end'), ('made', 'the day it was made')], max_length=6)),
                ('ending', models.CharField(choices=[('two_people', 'By two people, from the yearly list'), ('clock', 'By the portal itself, every night'), ('never', 'Not by the portal')], max_length=12)),
                ('order', models.PositiveSmallIntegerField()),
                ('version', models.PositiveSmallIntegerField(default=1)),
                ('source', models.CharField(max_length=200)),
            ],
            options={
                'ordering': ['order', 'valid_from'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='retentionrule_ends_after_start'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('code', '='), (models.Func(models.F('valid_from'), models.F('valid_to'), django.contrib.postgres.fields.ranges.RangeBoundary(), function='daterange', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='retentionrule_one_version_at_a_time'), models.CheckConstraint(condition=models.Q(('ending', 'never'), models.Q(models.Q(('counted_from', ''), _negated=True), models.Q(('years__isnull', False), ('days__isnull', False), _connector='XOR')), _connector='OR'), name='retentionrule_ends_some_day')],
            },
        ),
        migrations.CreateModel(
            name='ScoringProfile',
            fields=[
                ('id', models.UUIDField(default=cse_portal.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('code', models.SlugField(max_length=60)),
                ('title', models.CharField(max_length=150)),
                ('version', models.PositiveSmallIntegerField()),
                ('weights', models.JSONField()),
                ('thresholds', models.JSONField()),
                ('floors', models.JSONField(default=list)),
                ('source', models.CharField(max_length=200)),
            ],
            options={
                'ordering': ['code', 'version'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='scoringprofile_ends_after_start'), models.UniqueConstraint(fields=('code', 'version'), name='scoringprofile_version_once'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('code', '='), (models.Func(models.F('valid_from'), models.F('valid_to'), django.contrib.postgres.fields.ranges.RangeBoundary(), function='daterange', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='scoringprofile_one_version_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='AgendaTemplateItem',
            fields=[
                ('id', models.UUIDField(default=cse_portal.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('order', models.PositiveSmallIntegerField()),
                ('code', models.SlugField(max_length=40)),
                ('title', models.CharField(max_length=150)),
                ('guidance', models.TextField(blank=True)),
                ('restricted', models.BooleanField(default=False)),
                ('template', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='reference.agendatemplate')),
            ],
            options={
                'ordering': ['order'],
                'constraints': [models.UniqueConstraint(fields=('template', 'code'), name='agendatemplateitem_once')],
            },
        ),
        migrations.CreateModel(
            name='Code',
            fields=[
                ('id', models.UUIDField(default=cse_portal.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('code', models.CharField(max_length=40)),
                ('label', models.CharField(max_length=250)),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('version', models.PositiveSmallIntegerField(default=1)),
                ('maps_to', models.JSONField(default=dict)),
                ('extra', models.JSONField(default=dict)),
                ('list', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='codes', to='reference.codelist')),
            ],
            options={
                'ordering': ['list_id', 'order', 'code'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='code_ends_after_start'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('list', '='), ('code', '='), (models.Func(models.F('valid_from'), models.F('valid_to'), django.contrib.postgres.fields.ranges.RangeBoundary(), function='daterange', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='code_one_version_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='Indicator',
            fields=[
                ('id', models.UUIDField(default=cse_portal.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('tier', models.CharField(choices=[('A', 'Significant risk indicator'), ('B', 'Risk indicator'), ('C', 'Vulnerability factor')], max_length=1)),
                ('code', models.CharField(max_length=10)),
                ('label', models.CharField(max_length=60)),
                ('group', models.CharField(blank=True, max_length=40)),
                ('wording', models.CharField(max_length=250)),
                ('guidance', models.TextField(blank=True)),
                ('order', models.PositiveSmallIntegerField()),
                ('set', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='indicators', to='reference.indicatorset')),
            ],
            options={
                'ordering': ['order'],
                'constraints': [models.UniqueConstraint(fields=('set', 'code'), name='indicator_once_per_set')],
            },
        ),
        migrations.CreateModel(
            name='PackApplied',
            fields=[
                ('id', models.UUIDField(default=cse_portal.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=200)),
                ('version', models.CharField(max_length=40)),
                ('sha256', models.CharField(max_length=64)),
                ('applied_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ['-applied_at'],
            },
        ),
    ]
