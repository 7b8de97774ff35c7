"""Who takes part: people, the agencies they work for, and since when."""

import datetime as dt
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import Group, PermissionsMixin
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from cse_portal.accounts.choices import AgencyKind, Role, WhySuspended
from cse_portal.keys import Keyed, new_key


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Memberships by the day they hold on."""

    def current(self) -> "MembershipQuerySet":
        """Started, not ended, in an agency that still takes part."""
        return self.filter(starts_on__lte=timezone.localdate(), agency__is_active=True).not_over()

    def not_over(self, on: dt.date | None = None) -> "MembershipQuerySet":
        """Not ended by this day, also where they have not started."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on or timezone.localdate()))


class UserQuerySet(models.QuerySet["User"]):
    """People who may be asked to do something."""

    def active(self) -> "UserQuerySet":
        """Accounts that may sign in."""
        return self.filter(is_active=True)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Makes accounts; there are no superusers (a database check refuses them)."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """An account that signs in with this e-mail address; without a password it cannot sign in yet."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in, or a system that does not. What they may do comes from their membership alone."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    email = models.EmailField("e-mail address", unique=True)
    full_name = models.CharField(max_length=150)
    job_title = models.CharField(max_length=150, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    is_active = models.BooleanField(default=True)
    # An agency's own system: it has tokens for the API, never a password, and nobody signs in as it.
    is_system = models.BooleanField(default=False, editable=False)
    joined_at = models.DateTimeField(default=timezone.now)
    # Every session carries a mark of it: a new stamp ends them all.
    session_stamp = models.UUIDField(default=new_key, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]
    objects = UserManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(is_superuser=False), name="user_never_superuser"),
            models.CheckConstraint(
                condition=Q(is_system=False) | Q(password__startswith=UNUSABLE_PASSWORD_PREFIX),
                name="user_system_has_no_password",
            ),
        ]
        indexes = [models.Index(fields=["full_name"])]

    def __str__(self) -> str:
        return self.full_name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Django asks it of every session: the password and the stamp it began with must still be the person's."""
        words = f"{self.password}|{self.session_stamp}"
        return salted_hmac("accounts.User.session", words, secret=secret, algorithm="sha256").hexdigest()


class Agency(Keyed):
    """A partner of the board. Its Django Group is what guardian grants a case to."""

    code = models.SlugField(unique=True)
    name = models.CharField(max_length=120, unique=True)
    short_name = models.CharField(max_length=40)
    kind = models.CharField(max_length=20, choices=AgencyKind)
    group = models.OneToOneField(Group, on_delete=models.PROTECT, related_name="agency")
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "agencies"

    def __str__(self) -> str:
        return self.name


class Membership(Keyed):
    """A person's work for one agency in one role, from a day until a day (the first day it no longer holds).

    A person belongs to one agency at a time, so that every act has one agency to answer for it.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=30, choices=Role)
    starts_on = models.DateField(default=timezone.localdate)
    ends_on = models.DateField(null=True, blank=True)
    # The day the agency's lead last said that the person still needs it; adding somebody says so.
    last_confirmed_on = models.DateField(default=timezone.localdate)
    suspended_at = models.DateTimeField(null=True)
    suspended_why = models.CharField(max_length=20, choices=WhySuspended, blank=True)
    reactivated_at = models.DateTimeField(null=True)
    # When, after its end, what hung on it was taken away: sessions, grants by name, work that was asked for.
    let_go_at = models.DateTimeField(null=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["agency", "starts_on"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="membership_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(suspended_at__isnull=True, suspended_why="")
                | (Q(suspended_at__isnull=False) & ~Q(suspended_why="")),
                name="membership_suspended_for_a_reason",
            ),
            ExclusionConstraint(
                name="membership_one_agency_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    (
                        Func(
                            F("starts_on"),
                            F("ends_on"),
                            RangeBoundary(),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.agency.short_name}"

    def is_valid_on(self, day: dt.date) -> bool:
        """As `objects.current()` says of many."""
        ended = self.ends_on is not None and self.ends_on <= day
        return self.starts_on <= day and not ended and self.agency.is_active
