"""What somebody was told, and how they want to be told, is theirs to read: of a case while they may know of it."""

from django.db import migrations

from cse_portal.access.row_security import move_again, protect, stay, unprotect

MINE = "user_id = (SELECT gate.user_id())"
# As cases/policies.py: who sees no case by their role reads what they were told in this post, unless shut out.
RULES = {
    "jobs_notification": f"""
        {MINE} AND (case_id IS NULL OR CASE
            WHEN (SELECT gate.opens('CASE_VIEW')) THEN gate.sees_case(case_id)
            ELSE created_at >= (SELECT gate.post_began())
                 AND case_id <> ALL ((SELECT gate.shut_keys())::uuid[]) END)
    """,
    "jobs_noticechoice": MINE,
    "jobs_dailymail": MINE,
}

# Whoever does something tells others of it.
WRITING = {"jobs_notification": "(SELECT gate.user_id()) IS NOT NULL"}
# By what it is about it is read no more by who may not know of that any more; and whose it is, it stays.
ABOUT = {
    "jobs_notification": "user_id, case_id, about_id",
    "jobs_noticechoice": "user_id",
    "jobs_dailymail": "user_id",
}


class Migration(migrations.Migration):
    dependencies = [("access", "0001_who_acts"), ("jobs", "0001_initial"), ("cases", "0002_row_security")]
    operations = [
        migrations.RunSQL(protect(RULES, writing=WRITING), unprotect(RULES)),
        migrations.RunSQL(stay(ABOUT), move_again(ABOUT)),
    ]
