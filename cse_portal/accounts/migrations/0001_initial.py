import cse_portal.keys
import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from cse_portal.migrating import TablesTogether


class Migration(TablesTogether):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('id', models.UUIDField(default=cse_portal.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='e-mail address')),
                ('full_name', models.CharField(max_length=150)),
                ('job_title', models.CharField(blank=True, max_length=150)),
                ('phone', models.CharField(blank=True, max_length=30)),
                ('is_active', models.BooleanField(default=True)),
                ('is_system', models.BooleanField(default=False, editable=False)),
                ('joined_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('session_stamp', models.UUIDField(default=cse_portal.keys.new_key, editable=False)),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'indexes': [models.Index(fields=['full_name'], name='accounts_us_full_na_88336b_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('is_superuser', False)), name='user_never_superuser'), models.CheckConstraint(condition=models.Q(('is_system', False), ('password__startswith', '!'), _connector='OR'), name='user_system_has_no_password')],
            },
        ),
        migrations.CreateModel(
            name='Agency',
            fields=[
                ('id', models.UUIDField(default=cse_portal.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('code', models.SlugField(unique=True)),
                ('name', models.CharField(max_length=120, unique=True)),
                ('short_name', models.CharField(max_length=40)),
                ('kind', models.CharField(choices=[('social_care', "Children's social care"), ('cse_team', 'CSE team'), ('police', 'Police'), ('health', 'Health commissioner'), ('hospital', 'Hospital trust'), ('education', 'Education'), ('early_help', 'Early help and COG'), ('youth_offending', 'Youth offending'), ('housing', 'Housing and licensing'), ('voluntary', 'Voluntary sector specialist'), ('neighbour', 'Neighbouring authority'), ('business_unit', 'Board business unit'), ('regional', 'Regional group')], max_length=20)),
                ('is_active', models.BooleanField(default=True)),
                ('group', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='agency', to='auth.group')),
            ],
            options={
                'verbose_name_plural': 'agencies',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.UUIDField(default=cse_portal.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('role', models.CharField(choices=[('referrer', 'Referrer'), ('practitioner', 'Practitioner'), ('agency_lead', 'Agency lead'), ('duty_officer', 'Duty officer'), ('coordinator', 'CSE team worker'), ('team_manager', 'CSE Team Manager'), ('police_intelligence', 'Police intelligence officer'), ('analyst', 'Analyst'), ('board_member', 'Board member'), ('privacy_officer', 'Privacy officer'), ('system_administrator', 'System administrator'), ('api_client', 'Another system')], max_length=30)),
                ('starts_on', models.DateField(default=django.utils.timezone.localdate)),
                ('ends_on', models.DateField(blank=True, null=True)),
                ('last_confirmed_on', models.DateField(default=django.utils.timezone.localdate)),
                ('suspended_at', models.DateTimeField(null=True)),
                ('suspended_why', models.CharField(blank=True, choices=[('unconfirmed', 'Nobody confirmed that they still need it'), ('dormant', 'Not signed in for a long time')], max_length=20)),
                ('reactivated_at', models.DateTimeField(null=True)),
                ('let_go_at', models.DateTimeField(null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='accounts.agency')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['agency', 'starts_on'], name='accounts_me_agency__1e9121_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='membership_ends_after_start'), models.CheckConstraint(condition=models.Q(models.Q(('suspended_at__isnull', True), ('suspended_why', '')), models.Q(('suspended_at__isnull', False), models.Q(('suspended_why', ''), _negated=True)), _connector='OR'), name='membership_suspended_for_a_reason'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('user', '='), (models.Func(models.F('starts_on'), models.F('ends_on'), django.contrib.postgres.fields.ranges.RangeBoundary(), function='daterange', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='membership_one_agency_at_a_time')],
            },
        ),
    ]
