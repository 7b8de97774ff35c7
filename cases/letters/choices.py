"""Kinds of letter, how they are sent, and the wording that holds until the board writes its own."""

from django.db.models import TextChoices


class LetterKind(TextChoices):
    """What a letter is for."""

    INVITATION = "invitation", "Invitation to a meeting"
    OUTCOME = "outcome", "What was agreed"
    NOT_INVITED = "not_invited", "Why they were not invited"


class Reader(TextChoices):
    """For whom a letter is worded."""

    CHILD = "child", "The child or young person"
    PARENT = "parent", "A parent, carer or relative"


class SentHow(TextChoices):
    """How a letter reached its reader."""

    IN_PERSON = "in_person", "Given and read together"
    POST = "post", "Post"
    EMAIL = "email", "Secure e-mail"
    INTERPRETER = "interpreter", "Read aloud by an interpreter"


ENGLISH = "English"
# What may stand in braces, and what is put there.
GAPS = {
    "name": "the reader's name",
    "child": "the child's first name",
    "meeting": "the day, time and place of the next meeting, with who leads it",
    "last_meeting": "the day of the last meeting",
    "talked": "what agencies said that the family may read",
    "category": "the category decided, in plain words, and which agency did not agree",
    "actions": "what was agreed that the family may read: a row each",
    "lead": "the lead professional",
    "call": "whom to call: a row each",
    "said": "in a letter to the child: their words, and what changed because of them",
    "until": "until when minutes can be changed",
}
# What is left out where there is nothing to say; anything else is still to be written.
OPTIONAL = ("talked", "until")
_CALL = """# Who to call
{call}"""
_WRONG = f"""# Did we get it wrong?
Tell {{lead}}, any way you like. {{until}} Later we add your words beside ours.

{_CALL}"""
WORDING: dict[tuple[LetterKind, Reader], tuple[str, str]] = {
    (LetterKind.INVITATION, Reader.CHILD): (
        "A meeting about keeping you safe",
        f"""Dear {{name}},

We meet on {{meeting}}. We talk about keeping you safe.

# You can take part
You can come, come for part of it, or send your words with somebody you trust. You can bring an advocate: \
somebody who speaks only for you. You need not say anything that you do not want to say.

# What it is about
We are worried about what other people do. What they do is not your fault.

{_CALL}""",
    ),
    (LetterKind.INVITATION, Reader.PARENT): (
        "A meeting about keeping {child} safe",
        f"""Dear {{name}},

We meet on {{meeting}}. We talk about keeping {{child}} safe from exploitation. We would like you to be there.

# What happens
People from several services say what they know. You say what you know, what worries you and \
what would help. Tell {{lead}} if you need an interpreter, another time, or help to get there.

# What it is about
We are worried about what other people do to {{child}}. It is not {{child}}’s fault, and not yours.

{_CALL}""",
    ),
    (LetterKind.OUTCOME, Reader.CHILD): (
        "What we agreed",
        f"""Dear {{name}},

On {{last_meeting}} we met to talk about keeping you safe.

# What you said, and what changed
{{said}}

# What we talked about
We are worried about what other people do. What they do is not your fault.
{{talked}}

# What we decided
{{category}} This is about what other people do, not about you.

# Who does what
{{actions}}

We meet again on {{meeting}}.

{_WRONG}""",
    ),
    (LetterKind.OUTCOME, Reader.PARENT): (
        "What we agreed for {child}",
        f"""Dear {{name}},

On {{last_meeting}} we met to talk about keeping {{child}} safe.

# What we talked about
We are worried about what other people do to {{child}}. It is not {{child}}’s fault, and not yours.
{{talked}}

# What we decided
{{category}} This is about what other people do, not about {{child}} or you.

# Who does what
{{actions}}

We meet again on {{meeting}}.

{_WRONG}""",
    ),
    (LetterKind.NOT_INVITED, Reader.CHILD): (
        "A meeting about keeping you safe",
        f"""Dear {{name}},

On {{last_meeting}} some of us met to talk about keeping you safe. You were not asked to come. We owe you the reason:

[Write the reason in plain words.]

What you want counts. {{lead}} asks you before the next meeting, and tells you what we agreed.

{_WRONG}""",
    ),
    (LetterKind.NOT_INVITED, Reader.PARENT): (
        "A meeting about {child}",
        f"""Dear {{name}},

On {{last_meeting}} some of us met to talk about keeping {{child}} safe. You were not asked \
to come. We owe you the reason:

[Write the reason in plain words.]

{_WRONG}""",
    ),
}
