import cse_portal.audit.constraints
import cse_portal.keys
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('accounts', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.UUIDField(default=cse_portal.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('email', models.EmailField(max_length=254)),
                ('full_name', models.CharField(max_length=150)),
                ('job_title', models.CharField(blank=True, max_length=150)),
                ('role', models.CharField(choices=[('referrer', 'Referrer'), ('practitioner', 'Practitioner'), ('agency_lead', 'Agency lead'), ('duty_officer', 'Duty officer'), ('coordinator', 'CSE team worker'), ('team_manager', 'CSE Team Manager'), ('police_intelligence', 'Police intelligence officer'), ('analyst', 'Analyst'), ('board_member', 'Board member'), ('privacy_officer', 'Privacy officer'), ('system_administrator', 'System administrator'), ('api_client', 'Another system')], max_length=30)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(null=True)),
                ('invited_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('expires_at', models.DateTimeField()),
                ('accepted_at', models.DateTimeField(null=True)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('invited_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-invited_at'],
                'constraints': [cse_portal.audit.constraints.Watched(case='', hidden=(), name='people_invitation_watched', subject='user_id|id'), models.UniqueConstraint(condition=models.Q(('accepted_at__isnull', True), ('withdrawn_at__isnull', True)), fields=('agency', 'email'), name='invitation_one_open_each'), models.CheckConstraint(condition=models.Q(('accepted_at__isnull', True), ('withdrawn_at__isnull', True), _connector='OR'), name='invitation_accepted_or_withdrawn')],
            },
        ),
    ]
