"""A report that does not come: its line among the reports, and its rungs done, under way and to come."""

from __future__ import annotations

from engine import scheduler
from tests.web.project_pages.reading import TODAY, text_of

DUE = 92  # Three months after the last signature, the default.


def play(engine, clock, days):
    """Days go by, and what is due each morning is done."""
    for _day in range(days):
        clock.advance(days=1)
        scheduler.fire_timers(engine)


def test_a_late_report_and_what_is_done_about_it_are_on_the_follow_up_page(
    client, sign_in, engine, clock, life
):
    life.labelled(life.session(TODAY), TODAY)
    address = f"/projets/{life.case_id}/suivi"
    play(engine, clock, DUE + 12)
    said = text_of(sign_in(client, "officer").get(address))

    assert "1 16 févr. 2027 En retard de 12 jours" in said
    assert "Appel de l’opérateur9 mars 2027à venir" in said
    assert "Jour de l’appel" not in said

    play(engine, clock, 10)
    said = text_of(sign_in(client, "officer").get(address))

    assert "Appel de l’opérateur9 mars 2027en cours Opérateur" in said
    assert "Choix de la présidence2 avril 2027à venir" in said
