"""Who may reach which route, written by hand: what the application must answer, role by role."""

from __future__ import annotations

from dataclasses import dataclass

from tests.web.permission_table_adoption import ADOPTION
from tests.web.permission_table_api import API
from tests.web.permission_table_leaving import LEAVING
from tests.web.permission_table_retention import RETENTION

NOBODY = "nobody"
# In the order of the columns. The national roles are of no basin; the expert has a part in one project.
ROLES = (
    "officer", "chair", "member", "steering", "basin_administrator", "expert", "administrator", "coordinator",
    "auditor",
)  # fmt: skip

# Read a line as: verb, route, what each role meets on the things of its own basin, then on another's.
#     .  let in (200, 303 to a page of ours; for a form sent empty, its refusal)
#     >  sent to the sign-in page (303)     !  401     -  403     0  404, as if it did not exist
TABLE = """
# Anybody, signed in or not: addresses that hold nothing, and the ways in.
GET  /.well-known/security.txt                                          .......... ..........
GET  /accessibilite                                                     .......... ..........
GET  /aide                                                              .......... ..........
GET  /api/v1/docs                                                       .......... ..........
GET  /api/v1/openapi.json                                               .......... ..........
POST /api/v1/tokens                                                     .......... ..........
POST /api/v1/validate                                                   .......... ..........
GET  /calendrier/<string:token>.ics                                     0000000000 0000000000
GET  /connexion                                                         .......... ..........
POST /connexion                                                         !!!!!!!!!! !!!!!!!!!!
POST /connexion/code                                                    .......... ..........
GET  /connexion/code                                                    >>>>>>>>>> >>>>>>>>>>
POST /connexion/code/verifier                                           !!!!!!!!!! !!!!!!!!!!
POST /connexion/prolonger                                               >......... >.........
GET  /connexion/second-facteur                                          >>>>>>>>>> >>>>>>>>>>
POST /connexion/second-facteur                                          >>>>>>>>>> >>>>>>>>>>
POST /deconnexion                                                       >>>>>>>>>> >>>>>>>>>>
GET  /healthz                                                           .......... ..........
POST /langue                                                            .......... ..........
GET  /mentions                                                          .......... ..........
GET  /messages                                                          .......... ..........
GET  /messages/<uuid:mail_id>                                           0000000000 0000000000
GET  /messages/<uuid:mail_id>/pieces/<int:number>                       0000000000 0000000000
GET  /papier/<string:code>                                              .......... ..........
GET  /prestataire/<string:reference>                                    0000000000 0000000000
POST /prestataire/<string:reference>                                    0000000000 0000000000
GET  /readyz                                                            .......... ..........
GET  /signature-electronique                                            .......... ..........
GET  /static/<path:filename>                                            .......... ..........
GET  /validation                                                        .......... ..........
POST /validation                                                        .......... ..........
# One's own account; what is not one's own is not there.
GET  /                                                                  >......... >.........
GET  /compte                                                            >......... >.........
GET  /compte/absences                                                   >......... >.........
POST /compte/absences                                                   >......... >.........
POST /compte/absences/<uuid:absence_id>/remplacant                      >000000000 >000000000
POST /compte/absences/<uuid:absence_id>/retirer                         >000000000 >000000000
POST /compte/appareils/<uuid:device_id>/oublier                         >000000000 >000000000
POST /compte/codes-de-secours                                           >!!!!!!!!! >!!!!!!!!!
POST /compte/jetons/<uuid:token_id>/revoquer                            >.00000000 >000000000
POST /compte/langue                                                     >......... >.........
POST /compte/mot-de-passe                                               >!!!!!!!!! >!!!!!!!!!
GET  /compte/second-facteur                                             >......... >.........
POST /compte/second-facteur                                             >......... >.........
POST /compte/second-facteur/confirmer                                   >......... >.........
POST /compte/remplacements/<uuid:substitution_id>/retirer               >000000000 >000000000
POST /compte/second-facteur/retirer                                     >!!!!!!!!! >!!!!!!!!!
POST /compte/sessions/fermer                                            >......... >.........
# Tasks. A task's address alone shows whose it is.
GET  /signatures                                                        >...--.--- >...--.---
GET  /signatures.csv                                                    >...--.--- >...--.---
GET  /signatures.xlsx                                                   >...--.--- >...--.---
POST /signatures/code                                                   >...--.--- >...--.---
POST /signatures/code/verifier                                          >!!!--!--- >!!!--!---
POST /signatures                                                        >...--.--- >...--.---
GET  /taches                                                            >...--.--- >...--.---
GET  /taches.csv                                                        >...--.--- >...--.---
GET  /taches.xlsx                                                       >...--.--- >...--.---
GET  /taches/<uuid:task_id>                                             ........-. .000000.-.
POST /taches/<uuid:task_id>                                             ..-------- .000--0---
POST /taches/<uuid:task_id>/attendre                                    >..---.--- >00---0---
POST /taches/<uuid:task_id>/brouillon                                   ..-------- .000--0---
POST /taches/<uuid:task_id>/brouillon/effacer                           ....--.--- .000--0---
GET  /taches/<uuid:task_id>/code                                        .......... ..........
POST /taches/<uuid:task_id>/code                                        .......... ..........
POST /taches/<uuid:task_id>/code/verifier                               !!!!!!!!!! !!!!!!!!!!
POST /taches/<uuid:task_id>/confier                                     >..------- >00-------
GET  /taches/<uuid:task_id>/document                                    .0-------- .000--0---
GET  /taches/<uuid:task_id>/document/<int:number>                       .0-------- .000--0---
GET  /taches/<uuid:task_id>/merci                                       ....--.--- .000--0---
POST /taches/<uuid:task_id>/prendre                                     >.-------- >000--0---
POST /taches/<uuid:task_id>/prestataire                                 ..-------- .000--0---
POST /taches/<uuid:task_id>/relancer                                    >.-------- >0--------
POST /taches/<uuid:task_id>/rendre                                      >.-------- >000--0---
POST /taches/<uuid:task_id>/reprendre                                   >..---.--- >00---0---
POST /taches/<uuid:task_id>/signature-papier                            >.-------- >0--------
POST /taches/<uuid:task_id>/signature/code                              .--------- .000--0---
POST /taches/<uuid:task_id>/signature/code/verifier                     .--------- .000--0---
GET  /taches/ailleurs                                                   >.-------- >.--------
GET  /taches/ailleurs.csv                                               >.-------- >.--------
GET  /taches/ailleurs.xlsx                                              >.-------- >.--------
POST /taches/prendre                                                    >...--.--- >...--.---
GET  /taches/suivante                                                   >...--.--- >...--.---
# Projects: those of one's basin, or that one has a part in. The coordinator sees figures, not projects.
GET  /projets                                                           >.......-. >.......-.
GET  /projets.csv                                                       >.......-. >.......-.
GET  /projets.xlsx                                                      >.......-. >.......-.
GET  /projets/<uuid:project_id>                                         >.......-. >000000.-.
GET  /projets/<uuid:project_id>/appel                                   >..---.--- >00---0---
POST /projets/<uuid:project_id>/appel                                   >..---.--- >00---0---
GET  /projets/<uuid:project_id>/correction                              >.-------- >0--------
GET  /projets/<uuid:project_id>/correction/<uuid:record_id>             >.-------- >0--------
POST /projets/<uuid:project_id>/correction/<uuid:record_id>             >.-------- >0--------
GET  /projets/<uuid:project_id>/difficulte                              >..------- >00-------
POST /projets/<uuid:project_id>/difficulte                              >..------- >00-------
GET  /projets/<uuid:project_id>/document                                >..---.--- >00---0---
POST /projets/<uuid:project_id>/document                                >..---.--- >00---0---
GET  /projets/<uuid:project_id>/documents                               >.......-. >000000.-.
GET  /projets/<uuid:project_id>/documents.csv                           >.......-. >000000.-.
GET  /projets/<uuid:project_id>/documents.xlsx                          >.......-. >000000.-.
GET  /projets/<uuid:project_id>/courriels.csv                           >.......-. >000000.-.
GET  /projets/<uuid:project_id>/courriels.xlsx                          >.......-. >000000.-.
GET  /projets/<uuid:project_id>/documents/<uuid:document_id>            >.....0.-. >000000.-.
GET  /projets/<uuid:project_id>/convention                              >.......-. >000000.-.
GET  /projets/<uuid:project_id>/engagements                             >.......-. >000000.-.
GET  /projets/<uuid:project_id>/historique                              >.......-. >000000.-.
GET  /projets/<uuid:project_id>/historique.csv                          >.......-. >000000.-.
GET  /projets/<uuid:project_id>/historique.xlsx                         >.......-. >000000.-.
GET  /projets/<uuid:project_id>/interets                                >.....-.0. >00000-.0.
POST /projets/<uuid:project_id>/interets                                >...----0- >00000--0-
GET  /projets/<uuid:project_id>/jour-de-signature                       >.-------- >0--------
POST /projets/<uuid:project_id>/jour-de-signature                       >.-------- >0--------
GET  /projets/<uuid:project_id>/note                                    >..---.--- >00---0---
POST /projets/<uuid:project_id>/note                                    >..---.--- >00---0---
GET  /projets/<uuid:project_id>/parcours                                >.......-. >000000.-.
GET  /projets/<uuid:project_id>/signature-barree                        >.-------- >0--------
POST /projets/<uuid:project_id>/signature-barree                        >.-------- >0--------
GET  /projets/<uuid:project_id>/remplacement-d-une-personne             >.-------- >0--------
POST /projets/<uuid:project_id>/remplacement-d-une-personne             >.-------- >0--------
GET  /projets/<uuid:project_id>/avenant                                 >.-------- >0--------
POST /projets/<uuid:project_id>/avenant                                 >.-------- >0--------
GET  /projets/<uuid:project_id>/versement                               >.-------- >0--------
POST /projets/<uuid:project_id>/versement                               >.-------- >0--------
GET  /projets/<uuid:project_id>/versement-barre                         >.-------- >0--------
POST /projets/<uuid:project_id>/versement-barre                         >.-------- >0--------
GET  /projets/<uuid:project_id>/remplacement-du-mandataire              >-.------- >-0-------
POST /projets/<uuid:project_id>/remplacement-du-mandataire              >-.------- >-0-------
GET  /projets/<uuid:project_id>/reprise                                 >..------- >00-------
POST /projets/<uuid:project_id>/reprise                                 >..------- >00-------
GET  /projets/<uuid:project_id>/resiliation                             >.-------- >0--------
POST /projets/<uuid:project_id>/resiliation                             >.-------- >0--------
GET  /projets/<uuid:project_id>/retrait                                 >.-------- >0--------
POST /projets/<uuid:project_id>/retrait                                 >.-------- >0--------
GET  /projets/<uuid:project_id>/schema/<string:process>.bpmn            >.......-. >000000.-.
GET  /projets/<uuid:project_id>/schema/<string:process>.svg             >.......-. >000000.-.
GET  /projets/<uuid:project_id>/suivi                                   >.......-. >000000.-.
GET  /projets/<uuid:project_id>/suspension                              >..------- >00-------
POST /projets/<uuid:project_id>/suspension                              >..------- >00-------
GET  /projets/nouveau                                                   >.-------- >.--------
POST /projets/nouveau                                                   >.-------- >.--------
# Documents that the programme makes, to those whom their project or session is open to.
GET  /documents/<uuid:paper_id>                                         >.......-. >000000.-.
GET  /documents/<uuid:paper_id>/etat                                    >.......-. >000000.-.
# Copies signed on paper, that the officer brings back.
GET  /numerisations                                                     >.-------- >.--------
POST /numerisations                                                     >.-------- >.--------
GET  /numerisations/<uuid:document_id>/<uuid:text_id>                   >0-------- >0--------
POST /numerisations/<uuid:document_id>/<uuid:text_id>                   >0-------- >0--------
# Sessions of the committee, basins, figures.
GET  /bassins                                                           >.....-... >.....-...
GET  /bassins.<any(csv, xlsx):format>                                   >.....-... >.....-...
GET  /bassins/<string:slug>                                             >.....-... >00000-...
GET  /bassins/<string:slug>/conventions/<uuid:agreement_id>/fin          >.---.-.-- >0---0-.--
POST /bassins/<string:slug>/conventions/<uuid:agreement_id>/fin          >.---.-.-- >0---0-.--
GET  /bassins/<string:slug>/conventions/nouvelle                         >.---.-.-- >0---0-.--
POST /bassins/<string:slug>/conventions/nouvelle                         >.---.-.-- >0---0-.--
GET  /bassins/<string:slug>/corriger                                     >------..- >------..-
POST /bassins/<string:slug>/corriger                                     >------..- >------..-
GET  /bassins/<string:slug>/mise-en-marche                               >..-..-... >00-00-...
GET  /bassins/<string:slug>/parametres/<string:name>                     >.....-... >00000-...
POST /bassins/<string:slug>/parametres/<string:name>                     >.---.-.-- >0---0-.--
GET  /bassins/<string:slug>/processus                                    >.....-... >00000-...
GET  /bassins/<string:slug>/processus/brouillon                          >.-------- >0--------
POST /bassins/<string:slug>/processus/brouillon                          >.-------- >0--------
POST /bassins/<string:slug>/processus/brouillon/abandonner               >.-------- >0--------
POST /bassins/<string:slug>/processus/brouillon/changements/<string:change_key>/retirer >.-------- >0--------
GET  /bassins/<string:slug>/processus/brouillon/delais/<string:delay_key> >.-------- >0--------
POST /bassins/<string:slug>/processus/brouillon/delais/<string:delay_key> >.-------- >0--------
GET  /bassins/<string:slug>/processus/brouillon/delais/nouveau           >.-------- >0--------
POST /bassins/<string:slug>/processus/brouillon/delais/nouveau           >.-------- >0--------
GET  /bassins/<string:slug>/processus/brouillon/diagramme/<string:process> >.-------- >0--------
POST /bassins/<string:slug>/processus/brouillon/diagramme/<string:process> >.-------- >0--------
GET  /bassins/<string:slug>/processus/brouillon/diagramme/<string:process>.bpmn >.-------- >0--------
POST /bassins/<string:slug>/processus/brouillon/diagramme/<string:process>/verifier >.-------- >0--------
GET  /bassins/<string:slug>/processus/brouillon/etapes/<string:step_key> >.-------- >0--------
POST /bassins/<string:slug>/processus/brouillon/etapes/<string:step_key> >.-------- >0--------
GET  /bassins/<string:slug>/processus/brouillon/etapes/nouvelle          >.-------- >0--------
POST /bassins/<string:slug>/processus/brouillon/etapes/nouvelle          >.-------- >0--------
GET  /bassins/<string:slug>/processus/brouillon/motif                    >.-------- >0--------
POST /bassins/<string:slug>/processus/brouillon/motif                    >.-------- >0--------
GET  /bassins/<string:slug>/processus/brouillon/noms/<string:name_key>   >.-------- >0--------
POST /bassins/<string:slug>/processus/brouillon/noms/<string:name_key>   >.-------- >0--------
GET  /bassins/<string:slug>/processus/brouillon/noms/nouveau             >.-------- >0--------
POST /bassins/<string:slug>/processus/brouillon/noms/nouveau             >.-------- >0--------
GET  /bassins/<string:slug>/processus/brouillon/parametres               >.-------- >0--------
POST /bassins/<string:slug>/processus/brouillon/parametres               >.-------- >0--------
GET  /bassins/<string:slug>/processus/brouillon/publier                  >.-------- >0--------
POST /bassins/<string:slug>/processus/brouillon/publier                  >.-------- >0--------
GET  /bassins/<string:slug>/processus/brouillon/questions/<string:questions_key> >.-------- >0--------
POST /bassins/<string:slug>/processus/brouillon/questions/<string:questions_key> >.-------- >0--------
GET  /bassins/<string:slug>/processus/brouillon/questions/nouvelles      >.-------- >0--------
POST /bassins/<string:slug>/processus/brouillon/questions/nouvelles      >.-------- >0--------
POST /bassins/<string:slug>/processus/brouillon/repartir                 >.-------- >0--------
POST /bassins/<string:slug>/processus/brouillon/reprendre                >.-------- >0--------
POST /bassins/<string:slug>/processus/brouillon/soumettre                >.-------- >0--------
GET  /bassins/<string:slug>/processus/brouillon/verifier                 >.-------- >0--------
GET  /bassins/<string:slug>/processus/migration                          >.-------- >0--------
POST /bassins/<string:slug>/processus/migration                          >.-------- >0--------
GET  /bassins/<string:slug>/processus/migration/<uuid:batch_id>          >.-------- >0--------
POST /bassins/<string:slug>/processus/migration/<uuid:batch_id>/projets/<uuid:project_id>/defaire >.-------- >0--------
POST /bassins/<string:slug>/processus/migration/confirmer                >.-------- >0--------
GET  /bassins/<string:slug>/processus/comparer                           >.....-... >00000-...
GET  /bassins/<string:slug>/processus/brouillon/repetition               >.-------- >0--------
POST /bassins/<string:slug>/processus/brouillon/repetition               >.-------- >0--------
GET  /bassins/<string:slug>/processus/repetition                         >.....-... >00000-...
POST /bassins/<string:slug>/processus/repetition                         >.-------- >0--------
GET  /bassins/<string:slug>/processus/repetitions/<uuid:shared_id>       >.....-... >00000-...
GET  /bassins/<string:slug>/processus/versions                           >.....-... >00000-...
GET  /bassins/<string:slug>/processus/versions/<int:version_number>      >.....-... >00000-...
GET  /bassins/<string:slug>/processus/versions/<int:version_number>/<string:process>.bpmn >.....-... >00000-...
GET  /bassins/<string:slug>/processus/brouillon.zip                      >.-------- >0--------
GET  /bassins/<string:slug>/processus/brouillon/importer                 >.-------- >0--------
POST /bassins/<string:slug>/processus/brouillon/importer                 >.-------- >0--------
GET  /bassins/<string:slug>/processus/brouillon/reference                >.-------- >0--------
POST /bassins/<string:slug>/processus/brouillon/reference                >.-------- >0--------
GET  /bassins/<string:slug>/processus/versions/<int:version_number>.zip  >.....-... >00000-...
POST /bassins/<string:slug>/processus                                    >----.-.-- >----0-.--
GET  /bassins/<string:slug>/processus/<string:process>.bpmn             >.....-... >00000-...
GET  /bassins/<string:slug>/processus/<string:process>.svg              >.....-... >00000-...
GET  /bassins/<string:slug>/territoire                                   >-------.- >-------.-
POST /bassins/<string:slug>/territoire                                   >-------.- >-------.-
GET  /bassins/nouveau                                                    >------..- >------..-
POST /bassins/nouveau                                                    >------..- >------..-
GET  /programme/relectures                                               >-------.- >-------.-
GET  /programme/relectures/<uuid:draft_id>                               >-------.- >-------.-
POST /programme/relectures/<uuid:draft_id>                               >-------.- >-------.-
GET  /pilotage                                                          >..-..-... >..-..-...
GET  /pilotage/etapes.<any(csv, xlsx):format>                           >..-..-... >..-..-...
GET  /interets/<uuid:declaration_id>/fin                                >.0.00-000 >00000-000
POST /interets/<uuid:declaration_id>/fin                                >.0.00-000 >00000-000
GET  /seances                                                           >.....-... >.....-...
GET  /seances.csv                                                       >.....-... >.....-...
GET  /seances.xlsx                                                      >.....-... >.....-...
GET  /seances/<uuid:session_id>                                         >.....-... >00000-...
GET  /seances/<uuid:session_id>.ics                                     >.....-... >00000-...
GET  /seances/<uuid:session_id>/diffusion                               >.-------- >0--------
POST /seances/<uuid:session_id>/diffusion                               >.-------- >0--------
GET  /seances/<uuid:session_id>/dossier                                 >.....-.-. >000000.-.
POST /seances/<uuid:session_id>/dossier/recu                            >.....-.-. >000000.-.
GET  /seances/<uuid:session_id>/ordre-du-jour/ajout                     >.-------- >0--------
POST /seances/<uuid:session_id>/ordre-du-jour/ajout                     >.-------- >0--------
POST /seances/<uuid:session_id>/ordre-du-jour/choix                     >.-------- >0--------
POST /seances/<uuid:session_id>/ordre-du-jour/ordre                     >.-------- >0--------
POST /seances/<uuid:session_id>/ordre-du-jour/remise                    >.-------- >0--------
GET  /seances/<uuid:session_id>/ordre-du-jour/retrait                   >.-------- >0--------
POST /seances/<uuid:session_id>/ordre-du-jour/retrait                   >.-------- >0--------
GET  /seances/annee                                                     >.-------- >.--------
POST /seances/annee                                                     >.-------- >.--------
GET  /seances/<uuid:session_id>/annulation                              >.-------- >0--------
POST /seances/<uuid:session_id>/annulation                              >.-------- >0--------
GET  /seances/<uuid:session_id>/report                                  >.-------- >0--------
POST /seances/<uuid:session_id>/report                                  >.-------- >0--------
GET  /seances/<uuid:session_id>/tenue                                   >.-------- >0--------
POST /seances/<uuid:session_id>/tenue                                   >.-------- >0--------
GET  /seances/<uuid:session_id>/erratum                                 >.-------- >0--------
POST /seances/<uuid:session_id>/erratum                                 >.-------- >0--------
GET  /seances/<uuid:session_id>/observations                            >.....-.-. >000000.-.
POST /seances/<uuid:session_id>/observations                            >---.----- >---0-----
POST /observations/<uuid:observation_id>/reponse                        >.-------- >0--------
GET  /projets/<uuid:project_id>/observations                            >.....-.-. >000000.-.
POST /projets/<uuid:project_id>/observations                            >---.----- >---0-----
GET  /seances/<uuid:session_id>/delai                                   >.-------- >0--------
POST /seances/<uuid:session_id>/delai                                   >.-------- >0--------
GET  /seances/interets                                                  >.....-... >.....-...
GET  /seances/interets.csv                                              >.....-... >.....-...
GET  /seances/interets.xlsx                                             >.....-... >.....-...
GET  /seances/<uuid:session_id>/points/<uuid:item_id>/avis              >-..------ >-00------
POST /seances/<uuid:session_id>/points/<uuid:item_id>/avis              >-..------ >-00------
GET  /seances/<uuid:session_id>/points/<uuid:item_id>/voix              >.-------- >0--------
POST /seances/<uuid:session_id>/points/<uuid:item_id>/voix              >.-------- >0--------
GET  /seances/<uuid:session_id>/presences                               >.-------- >0--------
POST /seances/<uuid:session_id>/presences                               >.-------- >0--------
GET  /seances/<uuid:session_id>/points/<uuid:item_id>/presidence        >.-------- >0--------
POST /seances/<uuid:session_id>/points/<uuid:item_id>/presidence        >.-------- >0--------
GET  /seances/<uuid:session_id>/points/<uuid:item_id>/suite             >.-------- >0--------
POST /seances/<uuid:session_id>/points/<uuid:item_id>/suite             >.-------- >0--------
GET  /seances/<uuid:session_id>/proces-verbal                           >.....-.-. >000000.-.
GET  /seances/<uuid:session_id>/signature                               >.....-.-. >000000.-.
POST /seances/<uuid:session_id>/signature                               >...------ >000--0---
POST /seances/<uuid:session_id>/signature/renvoi                        >...------ >000--0---
GET  /seances/interim                                                   >..------- >..-------
POST /seances/interim                                                   >..------- >..-------
GET  /seances/nouvelle                                                  >.-------- >.--------
POST /seances/nouvelle                                                  >.-------- >.--------
# Administration: the officer looks after people, administrators after roles, incidents and mail.
GET  /administration                                                    >.....-.-. >.....-.-.
GET  /administration/bassins/<string:slug>/roles                        >.....-.-. >00000-.-.
GET  /administration/bassins/<string:slug>/roles.csv                    >.---.-.-- >0---0-.--
GET  /administration/bassins/<string:slug>/roles.xlsx                   >.---.-.-- >0---0-.--
GET  /administration/bassins/<string:slug>/roles/nouveau                >----.-.-- >----0-.--
POST /administration/bassins/<string:slug>/roles/nouveau                >----.-.-- >----0-.--
GET  /administration/comptes                                            >------.-- >------.--
GET  /administration/comptes.csv                                        >------.-- >------.--
GET  /administration/comptes.xlsx                                       >------.-- >------.--
GET  /administration/courriels                                          >.---.-.-. >.---.-.-.
GET  /administration/courriels.csv                                      >.---.-.-. >.---.-.-.
GET  /administration/courriels.xlsx                                     >.---.-.-. >.---.-.-.
POST /administration/courriels/<uuid:message_id>/renvoyer               >----.-.-- >----0-.--
GET  /administration/documents                                           >.---.-.-. >.---.-.-.
POST /administration/documents/<uuid:paper_id>/refaire                    >.---.-.-- >0---0-.--
POST /administration/horloge                                            >------.-- >------.--
GET  /administration/incidents                                          >----.-.-. >----.-.-.
GET  /administration/incidents.csv                                      >----.-.-. >----.-.-.
GET  /administration/incidents.xlsx                                     >----.-.-. >----.-.-.
GET  /administration/incidents/<uuid:incident_id>                       >----.-.-. >----0-.-.
POST /administration/incidents/<uuid:incident_id>/relancer              >----.-.-- >----0-.--
GET  /administration/national/roles                                     >------.-- >------.--
POST /administration/national/roles                                     >------.-- >------.--
GET  /administration/organisations                                      >.---.-.-- >.---.-.--
GET  /administration/organisations.csv                                  >.---.-.-- >.---.-.--
GET  /administration/organisations.xlsx                                 >.---.-.-- >.---.-.--
GET  /administration/organisations/<uuid:organisation_id>               >.---.-.-- >.---.-.--
GET  /administration/organisations/<uuid:organisation_id>/corriger      >.---.-.-- >------.--
POST /administration/organisations/<uuid:organisation_id>/corriger      >.---.-.-- >------.--
GET  /administration/organisations/nouvelle                             >.---.-.-- >.---.-.--
POST /administration/organisations/nouvelle                             >.---.-.-- >.---.-.--
GET  /administration/personnes                                          >.---.-.-- >.---.-.--
GET  /administration/personnes.csv                                      >.---.-.-- >.---.-.--
GET  /administration/personnes.xlsx                                     >.---.-.-- >.---.-.--
GET  /administration/personnes/<uuid:person_id>                         >.---.-.-- >0---0-.--
GET  /administration/personnes/<uuid:person_id>/absences                >.---.-.-- >0---0-.--
POST /administration/personnes/<uuid:person_id>/absences                >.---.-.-- >0---0-.--
POST /administration/personnes/<uuid:person_id>/absences/<uuid:absence_id>/remplacant >0---0-0-- >0---0-0--
POST /administration/personnes/<uuid:person_id>/absences/<uuid:absence_id>/retirer >0---0-0-- >0---0-0--
POST /administration/personnes/<uuid:person_id>/remplacements/<uuid:substitution_id>/retirer >0---0-0-- >0---0-0--
POST /administration/personnes/<uuid:person_id>/compte                  >.---.-.-- >0---0-.--
GET  /administration/personnes/<uuid:person_id>/corriger                >.---.-.-- >0---0-.--
POST /administration/personnes/<uuid:person_id>/corriger                >.---.-.-- >0---0-.--
GET  /administration/personnes/<uuid:person_id>/passation               >.---.-.-- >0---0-.--
POST /administration/personnes/<uuid:person_id>/passation               >.---.-.-- >0---0-.--
GET  /administration/personnes/<uuid:person_id>/desactiver              >.---.-.-- >0---0-.--
POST /administration/personnes/<uuid:person_id>/desactiver              >.---.-.-- >0---0-.--
POST /administration/personnes/<uuid:person_id>/reactiver               >.---.-.-- >0---0-.--
POST /administration/personnes/<uuid:person_id>/second-facteur/retirer  >------.-- >------.--
GET  /administration/personnes/<uuid:person_id>/jetons                  >.---.-.-- >0---0-.--
POST /administration/personnes/<uuid:person_id>/jetons/<uuid:token_id>/revoquer >.---.-.-- >0---0-.--
GET  /administration/personnes/nouvelle                                 >.---.-.-- >.---.-.--
POST /administration/personnes/nouvelle                                 >.---.-.-- >.---.-.--
GET  /administration/roles/<uuid:assignment_id>/fin                     >----.-.-- >----0-.--
POST /administration/roles/<uuid:assignment_id>/fin                     >----.-.-- >----0-.--
GET  /administration/taches-de-fond                                     >------.-. >------.-.
GET  /administration/taches-de-fond.csv                                 >------.-. >------.-.
GET  /administration/taches-de-fond.xlsx                                >------.-. >------.-.
"""


@dataclass(frozen=True)
class Line:
    """One verb on one route, and what each role meets: nobody, then each of `ROLES`, in both basins."""

    verb: str
    route: str
    own: str
    other: str

    def expected(self, who: str, place: str) -> str:
        """What somebody meets, on the things of their own basin or of the other one."""
        signs = self.own if place == "own" else self.other
        return signs[(NOBODY, *ROLES).index(who)]


def lines() -> list[Line]:
    """The table's lines."""
    lines = (TABLE + ADOPTION + LEAVING + RETENTION + API).splitlines()
    return [read(text) for text in lines if text.strip() and not text.startswith("#")]


def read(text: str) -> Line:
    """One line; a route may hold spaces."""
    verb, *route, own, other = text.split()
    return Line(verb, " ".join(route), own, other)
