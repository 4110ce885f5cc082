"""Organisations: creation, and the limits of their plans."""

import pytest

from application.identity.organisations import ORGANISATION
from domain.identity.events import OrganisationCreated, PlanChanged
from domain.identity.organisations import (
    ChangePlan,
    CreateOrganisation,
    OrganisationExists,
    OrganisationNotFound,
)
from domain.identity.plans import ALLOWANCES, Plan, UnknownPlan, plan_named
from domain.text import InvalidText
from tests.support.domain.scenario import Scenario

organisation = Scenario(ORGANISATION)
created = OrganisationCreated(name="acme", plan=Plan.STARTER)


def test_creating_records_name_and_plan() -> None:
    organisation.when(CreateOrganisation(name="acme", plan=Plan.STARTER)).then(created)


def test_an_organisation_is_created_once() -> None:
    again = CreateOrganisation(name="acme", plan=Plan.PRO)

    organisation.given(created).when(again).then_refused(OrganisationExists)


@pytest.mark.parametrize("name", ["", "n" * 101, "a\0b", "\ud800"], ids=ascii)
def test_a_name_has_1_to_100_characters_that_can_be_stored(name: str) -> None:
    organisation.when(CreateOrganisation(name=name, plan=Plan.PRO)).then_refused(InvalidText)


def test_a_plan_can_be_changed_and_changed_back() -> None:
    changed = PlanChanged(plan=Plan.TEAM)

    organisation.given(created).when(ChangePlan(plan=Plan.TEAM)).then(changed)
    organisation.given(created, changed).when(ChangePlan(plan=Plan.STARTER)).then(
        PlanChanged(plan=Plan.STARTER)
    )


def test_changing_to_the_same_plan_records_nothing() -> None:
    organisation.given(created).when(ChangePlan(plan=Plan.STARTER)).then()
    organisation.given(created, PlanChanged(plan=Plan.TEAM)).when(ChangePlan(plan=Plan.TEAM)).then()


def test_only_an_organisation_has_a_plan() -> None:
    organisation.when(ChangePlan(plan=Plan.TEAM)).then_refused(OrganisationNotFound)


def test_every_plan_allows_what_was_announced() -> None:
    assert {plan.value: tuple(allowed) for plan, allowed in ALLOWANCES.items()} == {
        "local": (20 * 2**20, None, None, 10_000),
        "trial": (5 * 2**20, 100, 10, 10),
        "starter": (5 * 2**20, 100, 100, 50),
        "pro": (10 * 2**20, 10_000, 1_000, 500),
        "team": (20 * 2**20, 100_000, 10_000, 5_000),
    }


@pytest.mark.parametrize("plan", Plan)
def test_plans_are_known_by_their_names(plan: Plan) -> None:
    assert plan_named(plan.value) is plan


@pytest.mark.parametrize("name", ["", "Starter", "gold"])
def test_an_unknown_plan_is_refused_with_the_known_ones(name: str) -> None:
    with pytest.raises(UnknownPlan, match="local, trial, starter, pro, team"):
        plan_named(name)
