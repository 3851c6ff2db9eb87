"""Organisations: one row each, SIREN and dated SIRET, look-alikes shown within a basin only."""

from __future__ import annotations

from datetime import date

import pytest

from engine import errors
from engine.people import organisations, seats
from engine.people.models import Role
from tests.unit.people.conftest import TODAY, make_committee

SIRET = "00000001800002"
OTHER_PLACE = "00000001800010"


def test_a_siret_is_checked_by_its_key_la_poste_excepted():
    assert organisations.require_siret("000 000 018 00002") == SIRET
    assert organisations.require_siret("356 000 000 09075") == "35600000009075"
    for wrong in ("00000001800003", "123", "", "0000000180000٢", "x" * 14):
        with pytest.raises(errors.InvalidAnswers) as refusal:
            organisations.require_siret(wrong)
        assert "siret" in refusal.value.messages


def test_one_siren_is_one_row_whatever_the_basin(sqlite):
    with sqlite.start_work() as work:
        first = organisations.add(work, name="Poudres & Cie (démo)", siret=SIRET, city="Toul")
        again = organisations.find_or_add(work, name="Poudres et Compagnie", siret=SIRET)
        assert again.id == first.id
        assert again.name == "Poudres & Cie (démo)"

    with pytest.raises(organisations.AlreadyKnown) as refusal, sqlite.start_work() as work:
        organisations.add(work, name="Poudres", siren=SIRET[:9])
    assert refusal.value.details["organisation_id"] == first.id


def test_a_firm_may_be_registered_later_and_move(sqlite):
    with sqlite.start_work() as work:
        firm = organisations.add(work, name="Studio Numérique Gardon (démo)").id
        organisations.register(work, firm, siret=SIRET, from_date=date(2026, 1, 1))
        organisations.register(work, firm, siret="000 000 018 00010", from_date=date(2026, 6, 1))

    with sqlite.start_reading() as work:
        assert organisations.siret_on(work, firm, date(2025, 12, 31)) is None
        assert organisations.siret_on(work, firm, date(2026, 5, 31)) == SIRET
        assert organisations.siret_on(work, firm, date(2026, 6, 1)) == OTHER_PLACE
    for siret, day in (("00000002600005", TODAY), (SIRET, date(2026, 2, 1))):
        with pytest.raises(errors.InvalidAnswers), sqlite.start_work() as work:
            organisations.register(work, firm, siret=siret, from_date=day)


def test_look_alikes_are_shown_in_the_basin_by_name_and_elsewhere_by_siren_only(sqlite, committee):
    other = make_committee(sqlite, "valenciennois", "VAL")
    with sqlite.start_work() as work:
        here = organisations.add(
            work, name="SARL Mécanique du Grand Pré (démo)", siret=SIRET, phone="01 99 00 00 01"
        )
        hold(work, committee, here.id)
        there = organisations.add(
            work, name="Mécanique Grand Pré Nord (démo)", siret="00000002600005", phone="01 99 00 00 02"
        )
        hold(work, other, there.id)

    with sqlite.start_reading() as work:
        found = organisations.find_similar(work, committee.basin_id, "MECANIQUE GRAND PRE")
        assert [(card.id, card.in_basin) for card in found] == [(here.id, True)]
        found = organisations.find_similar(work, committee.basin_id, "Autre nom", "00000002600005")
        assert [(card.id, card.in_basin, card.phone) for card in found] == [(there.id, False, None)]
        found = organisations.find_similar(work, committee.basin_id, "Mécanique Grand Pré", "00000002600005")
        assert [card.id for card in found] == [there.id, here.id]
        assert organisations.find_similar(work, committee.basin_id, "Inconnue", "12") == []


def test_beyond_its_basins_only_name_siren_and_city_are_seen(sqlite, committee):
    other = make_committee(sqlite, "valenciennois", "VAL")
    with sqlite.start_work() as work:
        firm = organisations.add(
            work, name="Poudres (démo)", siret=SIRET, city="Toul", phone="01 99 00 00 01", from_date=TODAY
        )
        hold(work, committee, firm.id)

    with sqlite.start_reading() as work:
        near = organisations.card(work, firm.id, basin_id=committee.basin_id)
        far = organisations.card(work, firm.id, basin_id=other.basin_id)
    assert (near.phone, near.siret) == ("01 99 00 00 01", SIRET)
    assert (far.name, far.siren, far.city, far.phone, far.siret) == (
        "Poudres (démo)",
        SIRET[:9],
        "Toul",
        None,
        None,
    )


def test_a_correction_moves_the_name_that_is_searched(sqlite, committee):
    with sqlite.start_work() as work:
        organisations.correct(work, committee.firm, name="Tissage du Canal (démo)", city="")
        assert organisations.correct(work, committee.firm, name="Tissage du Canal (démo)").city is None

    with sqlite.start_reading() as work:
        found = organisations.find_similar(work, committee.basin_id, "tissage canal")
        assert [card.id for card in found] == [committee.firm]
        assert organisations.names(work, {committee.firm}) == {committee.firm: "Tissage du Canal (démo)"}
        partners = organisations.of_basin(work, committee.basin_id, TODAY, Role.PARTNER_COMPANY)
        assert [each.id for each in partners] == committee.companies
        with pytest.raises(organisations.UnknownOrganisation):
            organisations.find(work, committee.chair)


def hold(work, committee, organisation_id):
    seats.hold(
        work,
        role=Role.BENEFICIARY,
        case_id=organisation_id,  # Any project will do.
        basin_id=committee.basin_id,
        organisation_id=organisation_id,
    )
