import cse_portal.keys
import cse_portal.row_security
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.UUIDField(default=cse_portal.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=120)),
                ('page', models.CharField(blank=True, max_length=300)),
                ('sealed', models.TextField()),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('expires_at', models.DateTimeField()),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='drafts', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-updated_at'],
                'indexes': [models.Index(fields=['expires_at'], name='drafts_draf_expires_9c44fe_idx')],
                'constraints': [cse_portal.row_security.SeenBy(added='', name='drafts_draft_seen', removed='', seen='{row}.user_id = (SELECT gate.user_id())', written=''), models.UniqueConstraint(fields=('user', 'key'), name='draft_one_per_form')],
            },
        ),
    ]
