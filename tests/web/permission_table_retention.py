"""Who may reach what is forgotten and what is held on people: lines of `permission_table`."""

from __future__ import annotations

RETENTION = """
# What is held on people, how long, and its end.
GET  /compte/mes-donnees                                                >......... >.........
POST /compte/mes-donnees                                                >......... >.........
GET  /administration/conservation                                       >.---.-.-- >.---.-.--
GET  /administration/conservation/<uuid:plan_id>/reporter               >0---0-0-- >0---0-0--
POST /administration/conservation/<uuid:plan_id>/reporter               >0---0-0-- >0---0-0--
POST /administration/personnes/<uuid:person_id>/donnees                 >----.-.-- >----0-.--
GET  /administration/personnes/<uuid:person_id>/effacer                 >----.-.-- >----0-.--
POST /administration/personnes/<uuid:person_id>/effacer                 >----.-.-- >----0-.--
"""
