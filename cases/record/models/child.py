"""Who the child is: identity, kept apart from the case so that it is written once."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from cse_portal.audit.constraints import Watched
from cse_portal.keys import Keyed
from cse_portal.reference import selectors as reference
from cse_portal.reference.models import Code
from cse_portal.row_security import Projected, SeenBy, SeenWith

# Seen with a case of theirs; written before there is one by who opens it.
CHILD = "COALESCE((SELECT true FROM cases_case c WHERE c.child_id = {row}.id LIMIT 1), false)"
MALE, NO_DISABILITY, LGBT = "1", "NONE", "LGBT"  # of the lists sex, disability and missed-group
OPENS_CASES = "(SELECT gate.opens('CONCERN_TRIAGE'))"


class Child(Keyed):
    """A child or young person the partnership knows. Codes come from the dated reference lists.

    `known_as` and `pronouns` are the child's own, for everybody who works on the case. The name is an alias too, by
    which a search finds it.
    """

    given_name = models.CharField(max_length=100, blank=True)
    family_name = models.CharField(max_length=100, blank=True)
    known_as = models.CharField(max_length=100, blank=True)
    pronouns = models.CharField(max_length=40, blank=True)
    date_of_birth = models.DateField(null=True, blank=True)
    date_of_birth_estimated = models.BooleanField(default=False)
    sex = models.CharField(max_length=2, blank=True)
    ethnicity = models.CharField(max_length=4, blank=True)
    disabilities = ArrayField(models.CharField(max_length=4), default=list, blank=True)
    first_language = models.CharField(max_length=60, blank=True)
    nhs_number = models.CharField("NHS number", max_length=10, blank=True)
    upn = models.CharField("unique pupil number", max_length=13, blank=True)
    address = models.CharField(max_length=300, blank=True)
    postcode = models.CharField(max_length=8, blank=True)
    ward = models.CharField(max_length=40, blank=True)
    legal_status = models.CharField(max_length=20, blank=True)
    placing_authority = models.CharField(max_length=100, blank=True)
    school = models.CharField(max_length=150, blank=True)
    lives_with = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "children"
        indexes = [
            GinIndex(OpClass(Lower("given_name"), name="gin_trgm_ops"), name="child_given_trgm"),
            GinIndex(OpClass(Lower("family_name"), name="gin_trgm_ops"), name="child_family_trgm"),
            models.Index(fields=["date_of_birth"]),
            models.Index(fields=["nhs_number"]),
            models.Index(fields=["upn"]),
        ]
        constraints = [
            Watched(case="id:cases_case(child_id).id", subject="id"),
            SeenBy(CHILD, added=OPENS_CASES),
            Projected("id", when="UPDATE OF given_name, family_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name as it is said, or that it is not known."""
        return f"{self.given_name} {self.family_name}".strip() or "Name not known"

    @property
    def called(self) -> str:
        """The name and pronouns that the child uses themselves; nothing where they are those of the record."""
        return ", ".join(filter(None, (self.known_as, self.pronouns)))

    def missed_groups(self, *, lgbt: bool = False) -> list[Code]:
        """Groups whose exploitation is less often recognised (strategy 7.3) that the child's own data name.

        `lgbt` is whether the child's own answer, read by people to whom it was given, names that one.
        """
        disabilities = [reference.find_code("disability", each) for each in self.disabilities]
        origin = reference.find_code("ethnicity", self.ethnicity)
        named = {
            "BOYS": self.sex == MALE,
            LGBT: lgbt,
            "DISABLED": any(
                each.code != NO_DISABILITY and each.extra.get("answered", True)
                for each in disabilities
                if each
            ),
            "MINORITY": origin is not None and origin.extra.get("group") not in ("White", "Not stated"),
        }
        return [each for each in reference.codes("missed-group") if named.get(each.code)]


class ChildAlias(Keyed):
    """Another name the child is known by."""

    child = models.ForeignKey(Child, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=150)
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "child aliases"
        indexes = [GinIndex(OpClass(Lower("name"), name="gin_trgm_ops"), name="child_alias_trgm")]
        constraints = [
            Watched(case="child_id:cases_case(child_id).id", subject="child_id"),
            SeenWith("child", write="see"),
        ]

    def __str__(self) -> str:
        return self.name
