"""Forms the tests draw and post."""

from typing import Any

from cse_portal.ui import forms as f


class Everything(f.PortalForm):
    """One of each field."""

    note = f.LongTextField(
        label="What worries you?",
        help_text="Write what you saw or heard, and when.",
        max_length=500,
        count=True,
    )
    name = f.TextField(label="Full name", width=20)
    phone = f.TextField(label="Phone number", input_type="tel", width=10, required=False)
    number = f.NumberField(label="How many times", suffix="times", min_value=0)
    known = f.RadioField(
        label="How do you know?",
        choices=[("told", "She told me"), ("saw", "I saw it"), ("other", "Another way")],
        hints={"told": "Write her own words as she said them"},
        reveals={"other": "how"},
    )
    how = f.TextField(label="Say how", required=False, required_when_shown="Say how you know")
    told = f.YesNoField(label="Does the parent know about this concern?")
    signs = f.CheckboxesField(
        label="Signs",
        choices=[("a", "Unexplained gifts"), ("b", "Missing from school"), ("c", "New, older friends")],
    )
    agency = f.SelectField(
        label="Agency", choices=[("p", "Police"), ("h", "Health")], blank="Choose an agency"
    )
    born = f.DateField3(label="Date of birth", past=True)
    moment = f.MomentField(label="Last seen", past=True, required=False)
    file = f.UploadField(label="Report", required=False)
    agree = f.ConfirmField(label="I have told her what happens next")
    secret = f.HiddenField(required=False)


class Person(f.PortalForm):
    """A row."""

    name = f.TextField(label="Name")
    born = f.DateField3(label="Date of birth", required=False)


People = f.add_another(Person, noun="person", maximum=4)


class CaseFilter(f.FilterForm):
    """A list's filter."""

    category = f.CheckboxesField(
        label="Category", choices=[("3", "3: High"), ("2", "2: Medium"), ("1", "1: Low")], small=True
    )
    agency = f.SelectField(label="Lead agency", choices=[("p", "Police"), ("h", "Health")], blank="Any")
    overdue = f.ConfirmField(label="Overdue only", small=True)


WRONG: dict[str, Any] = {
    "note": "x" * 501, "number": "several", "known": "other", "born_day": "31", "born_month": "2", "born_year": "2012",
    "moment_day": "1", "people-TOTAL_FORMS": "2", "people-0-name": "", "people-0-born_day": "4",
    "people-1-name": "A name",
}  # fmt: skip
