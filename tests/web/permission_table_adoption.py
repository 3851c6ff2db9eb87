"""Who may take projects over, written by hand as the table of pages is: see `permission_table`."""

from __future__ import annotations

ADOPTION = """
# Projects that began before Alizé: the officer's, in the basin.
GET  /bassins/<string:slug>/reprise                                     >.-------- >0--------
POST /bassins/<string:slug>/reprise                                     >.-------- >0--------
POST /bassins/<string:slug>/reprise/annote                              >.-------- >0--------
POST /bassins/<string:slug>/reprise/confirmer                           >.-------- >0--------
GET  /bassins/<string:slug>/reprise/modele.<any(csv, xlsx):format>      >.-------- >0--------
GET  /bassins/<string:slug>/reprise/projet                              >.-------- >0--------
POST /bassins/<string:slug>/reprise/projet                              >.-------- >0--------
POST /api/v1/basins/<string:slug>/adoptions                             !.-------- !0--------
"""
