"""What somebody was told, and how they want to be told, is theirs to read."""

from django.db import migrations

from cse_portal.access.row_security import protect, unprotect

RULES = dict.fromkeys(
    ("jobs_notification", "jobs_noticechoice", "jobs_dailymail"), "user_id = (SELECT gate.user_id())"
)

# Whoever does something tells others of it.
WRITING = {"jobs_notification": "(SELECT gate.user_id()) IS NOT NULL"}


class Migration(migrations.Migration):
    dependencies = [("access", "0001_who_acts"), ("jobs", "0001_initial")]
    operations = [migrations.RunSQL(protect(RULES, writing=WRITING), unprotect(RULES))]
