"""Who at the office may do what, and who may see which tier. One table; everything else asks it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from fieldkit.errors import FieldkitError
from fieldkit.privacy.tiers import CONTACT, RESTRICTED


class Role(StrEnum):
    """What somebody is at the office; one person may be several.

    KEEPER looks after the archive itself: its people, backups, where it lies.
    """

    KEEPER = "keeper"
    CLERK = "clerk"
    REVIEWER = "reviewer"
    VERIFIER = "verifier"
    READER = "reader"


class Act(StrEnum):
    """What can be done at the office. CONTACT and RESTRICTED are looks at fields of these tiers; each is written down.

    MERGE: take sticks and give packs back. TRUST: enrol and revoke laptops. RELEASE: let in what was kept aside.
    DECIDE: conflicts, doubles, findings of checks. REVIEW: query, approve, close. SAMPLE: draw back-checks and see what they
    come to. CHECK: ask again, blind, and enter paper a second time. ASSIGN: worklists. SERVE: window, payments, service
    points. LIAISE: letters about a case to another unit. REPORT: reports, lists without names, flat tables. KEEP: people,
    backups, moving.
    """

    MERGE = "merge"
    TRUST = "trust"
    RELEASE = "release"
    DECIDE = "decide"
    REVIEW = "review"
    SAMPLE = "sample"
    CHECK = "check"
    ASSIGN = "assign"
    SERVE = "serve"
    LIAISE = "liaise"
    REPORT = "report"
    CONTACT = "contact"
    RESTRICTED = "restricted"
    KEEP = "keep"


MAY: Mapping[Role, frozenset[Act]] = {
    Role.KEEPER: frozenset({Act.KEEP, Act.TRUST, Act.MERGE, Act.REPORT}),
    Role.CLERK: frozenset(
        {Act.MERGE, Act.TRUST, Act.DECIDE, Act.ASSIGN, Act.SERVE, Act.LIAISE, Act.REPORT, Act.CONTACT}
    ),
    Role.REVIEWER: frozenset(
        {Act.DECIDE, Act.RELEASE, Act.REVIEW, Act.SAMPLE, Act.REPORT, Act.CONTACT, Act.RESTRICTED}
    ),
    Role.VERIFIER: frozenset({Act.SAMPLE, Act.CHECK, Act.SERVE, Act.REPORT, Act.CONTACT}),
    Role.READER: frozenset({Act.REPORT}),
}
"""What each role may do. Nobody but a reviewer sees restricted fields, and nobody who only reads sees a name."""

EVERY = frozenset(Role)

ASKING = (Act.SERVE, Act.DECIDE, Act.CHECK, Act.REVIEW, Act.LIAISE, Act.ASSIGN)
"""Whoever may do one of these may be asked something at a desk."""


def acts_of(roles: Iterable[Role]) -> frozenset[Act]:
    """What somebody with these roles may do."""
    return frozenset[Act]().union(*(MAY[role] for role in roles))


def may(roles: Iterable[Role], act: Act) -> bool:
    """Whether somebody with these roles may do that."""
    return act in acts_of(roles)


def need(roles: Iterable[Role], act: Act, who: str) -> None:
    """See that somebody may do that. Raises FieldkitError("role.may-not") naming who may."""
    if not may(roles, act):
        allowed = ",".join(role for role in Role if act in MAY[role])
        raise FieldkitError("role.may-not", who=who, act=act.value, allowed=allowed)


def hidden_tiers(roles: Iterable[Role]) -> frozenset[str]:
    """The tiers of which somebody with these roles is shown nothing, whatever they open."""
    acts = acts_of(roles)
    return (frozenset() if Act.CONTACT in acts else CONTACT) | (
        frozenset() if Act.RESTRICTED in acts else RESTRICTED
    )


def who_decides(tier: str) -> tuple[Role, ...]:
    """Who sees answers of a tier, and decides about them."""
    needed = Act.CONTACT if tier in CONTACT else Act.RESTRICTED if tier in RESTRICTED else Act.DECIDE
    return tuple(role for role in Role if {Act.DECIDE, needed} <= MAY[role])
