"""Who does each part on a project: the holders of its roles, or any holder of a role of the basin."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from engine.people import holders
from engine.people.models import Role
from engine.projects import appraisal, requests
from engine.runtime.acts import Casting

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import Case

Cast = Callable[["UnitOfWork", "Case", str, int | None, UUID], Casting]

OF_THE_PROJECT = frozenset({Role.PRESCRIBER.value, Role.MANDATARY.value, Role.SME_HEAD.value})


def cast(work: UnitOfWork, case: Case, role: str, _position: int | None, _instance_id: UUID) -> Casting:
    """Who a task of this role is for: the project's own holder, else anybody of the basin with the role.

    The officer's and the chair's tasks are nobody's in particular: whoever is an officer, chairs or
    acts as chair on the day they are done may do them.
    """
    if role in OF_THE_PROJECT:
        named = holders.expected(work, role=Role(role), case_id=case.id, on=work.today(case.zone))
        return Casting(
            role, named.person_id, capacity=role, substitute_id=named.substitute_id,
            substitute_until=named.substitute_until,
        )  # fmt: skip
    return Casting(role, capacity=role)


def cast_expert(work: UnitOfWork, case: Case, role: str, _position: int | None, instance_id: UUID) -> Casting:
    """The expert whose opinion this process awaits, else the one of the request it is about.

    A request that named nobody is the officer's to match with an expert.
    """
    order = appraisal.opinion_awaited(work, case.id, instance_id)
    if order is not None:
        return Casting(role, order.expert_id, capacity=role)
    request = requests.of_instance(work, instance_id)
    if request is None or request.expert_id is None:
        return Casting(Role.OPERATOR.value, capacity=Role.OPERATOR.value)
    return Casting(role, request.expert_id, capacity=role)


CASTERS: Mapping[str, Cast] = {Role.EXPERT.value: cast_expert}
