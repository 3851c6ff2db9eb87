"""Who may reach the routes about absences and people who leave, by hand as the table of pages: see `permission_table`."""

from __future__ import annotations

LEAVING = """
# The API: one's own absences, or those of whom one looks after; what somebody who leaves holds.
GET  /api/v1/absences                                                   !......... !.........
POST /api/v1/absences                                                   !......... !.........
GET  /api/v1/absences/<uuid:absence_id>                                 !000000000 !000000000
POST /api/v1/absences/<uuid:absence_id>/substitutes                     !000000000 !000000000
POST /api/v1/absences/<uuid:absence_id>/withdraw                        !000000000 !000000000
GET  /api/v1/substitutions                                              !......... !.........
POST /api/v1/substitutions/<uuid:substitution_id>/end                   !000000000 !000000000
GET  /api/v1/people/<uuid:person_id>/holdings                           !.---.-.-- !0---0-.--
POST /api/v1/people/<uuid:person_id>/handover                           !.---.-.-- !0---0-.--
POST /api/v1/people/<uuid:person_id>/handover/check                     !.---.-.-- !0---0-.--
"""
