"""The follow-up page: a report that does not come, what is done about it, and the jobs of those that came."""

from __future__ import annotations

from lxml import html

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


def test_everything_sent_about_a_report_is_shown_with_its_day(client, sign_in, engine, clock, life):
    life.labelled(life.session(TODAY), TODAY)
    for _day in range(DUE + 12):
        play(engine, clock, 1)
        scheduler.deliver_mail(engine)
    page = sign_in(client, "officer").get(f"/projets/{life.case_id}/suivi")
    table = html.fromstring(page.get_data(as_text=True)).xpath("//section[@aria-labelledby='ladder']//tbody")[
        0
    ]
    lines = table.xpath("tr[normalize-space(td[2])]")
    done = [
        tuple(" ".join(row.xpath(f"string({cell})").split()) for cell in ("th", "td[2]")) for row in lines
    ]

    assert done == [
        ("Deuxième rappel compte rendu n° 1", "25 février 2027"),
        ("Rappel le jour de l’échéance compte rendu n° 1", "16 février 2027"),
        ("Rappel avant l’échéance compte rendu n° 1", "2 février 2027"),
    ]


def test_a_report_handed_over_late_stays_among_the_late_projects_and_says_why(
    client, sign_in, engine, clock, world, life
):
    life.labelled(life.session(TODAY), TODAY)
    play(engine, clock, DUE + 12)
    chair = sign_in(client, "chair")
    assert "échéance d’origine" not in text_of(chair.get("/projets?retard=1"))
    chair.post(
        f"/projets/{life.case_id}/remplacement-du-mandataire",
        data={"mandatary_id": str(world.people["member"]), "reason": "Muté."},
    )

    said = text_of(chair.get("/projets?retard=1"))

    assert "Compte rendu : échéance d’origine dépassée" in said.replace("\u202f", " ")
    assert "même quand son nouveau mandataire est encore dans les temps" in said


def test_jobs_created_and_sustained_are_never_added(client, sign_in, engine, clock, life):
    """One is what the firm hired, the other what it kept: the chart counts the first alone."""
    life.labelled(life.session(TODAY), TODAY)
    for created in (2, 3):
        play(engine, clock, DUE)
        life.do(
            "follow_up_report", life.task("follow_up_report").assignee_id,
            {
                "weather": "green", "progress": "Le chantier avance.", "jobs_created": created,
                "jobs_sustained": 20, "contact_on": clock.now().date().isoformat(), "new_intervention": False,
            },
        )  # fmt: skip
    page = sign_in(client, "officer").get(f"/projets/{life.case_id}/suivi")
    drawn = html.fromstring(page.get_data(as_text=True)).get_element_by_id("jobs")

    assert drawn.xpath(".//table//td/text()") == ["2", "3"]
