"""The register's lines about people: who they are, how they sign in, what they are to the programme."""

from __future__ import annotations

from engine.i18n import mark as _
from engine.retention.register import Fate, entry, impersonal

WHO = "to know who takes part, and to write to them"
SIGNING_IN = "to sign in, safely"
ACCOUNT = "the account: two years without signing in, or erasure"
HELD = "the project's time; then the identifier alone, of a person who may be erased"

ENTRIES = (
    entry(
        "person", _("Identité et coordonnées"), person="id", why=WHO,
        until="three years after nothing keeps the person any more, or erasure",
        own="full_name search_name email phone", plain="locale", at_erasure=Fate.EMPTY,
    ),
    entry(
        "account", _("Compte"), person="person_id", why=SIGNING_IN, until=ACCOUNT,
        own="email", hidden="password_hash totp_secret", at_erasure=Fate.DROP,
    ),
    entry(
        "recovery_code", _("Codes de secours"), person="person_id", why=SIGNING_IN, until=ACCOUNT,
        hidden="code_hash", at_erasure=Fate.DROP,
    ),
    entry(
        "sign_in_code", _("Codes de connexion"), person="person_id", why=SIGNING_IN, until="some days",
        hidden="code_hash", plain="purpose", at_erasure=Fate.DROP,
    ),
    entry(
        "signature_proof", _("Preuves d’identité données avant de signer"), person="person_id",
        why="a signature leans on a fresh proof", until="erasure; the signature keeps its own copy",
        own="address", plain="means", at_erasure=Fate.DROP,
    ),
    entry(
        "device", _("Appareils mémorisés"), person="person_id", why=SIGNING_IN, until="90 days",
        own="label", hidden="token_hash", at_erasure=Fate.DROP,
    ),
    entry(
        "api_token", _("Jetons d’accès"), person="person_id", why="programs act for the person",
        until="a year at most, or erasure", own="name", hidden="token_hash", plain="scopes",
        at_erasure=Fate.DROP,
    ),
    entry(
        "sign_in_attempt", _("Essais de connexion"), why="to refuse who tries too often",
        until="some days; the address typed is hashed", hidden="email_hash address",
    ),
    entry(
        "absence", _("Absences"), person="person_id", persons="recorded_by", why="not to chase who is away",
        until="erasure", at_erasure=Fate.DROP,
    ),
    entry(
        "substitution", _("Suppléances"), person="person_id", persons="substitute_id recorded_by ended_by",
        why="who does the tasks of somebody away", until="erasure", plain="end_reason", at_erasure=Fate.DROP,
    ),
    entry(
        "assignment", _("Rôles"), person="person_id", persons="created_by ended_by substitute_id",
        case="case_id",
        why="who may do what, where, from when to when", until=HELD, told="ended_reason", plain="role",
        at_end=Fate.EMPTY,
    ),
    impersonal("organisation_identifier", "a firm's public number", "siret"),
    entry(
        "organisation", _("Organisations"), why="firms and public bodies; a sole trader's bears their name",
        until="the end of the last project or role that names it",
        told="name search_name city phone", plain="siren",
    ),
    impersonal("basin", "a territory", "slug code name zone territory"),
    impersonal("basin_parameter", "how a basin works; its reason is about the rule", "key value reason",
               persons="recorded_by"),
    impersonal("partnership_agreement", "an agreement between institutions",
               "charter_version extended_reason", persons="recorded_by"),
    impersonal("reference_counter", "numbers given", "series"),
    entry(
        "outbox", _("Courriels"), person="recipient_id", case="case_id", why="to say once what must be said",
        until="the project's time, or erasure", own="address data failure",
        plain="kind reference dedupe_key message_id outcome", at_erasure=Fate.EMPTY, at_end=Fate.EMPTY,
    ),
    entry(
        "captured_mail", _("Courriels retenus par une démonstration"), person="recipient_id", case="case_id",
        why="a demonstration shows the mails it does not send", until="the project's time, or erasure",
        own="address subject text html source", plain="kind", at_erasure=Fate.DROP, at_end=Fate.DROP,
    ),
    entry(
        "idempotency_key", _("Envois récents"), person="actor_id", why="a form sent twice acts once",
        until="24 hours", own="location", hidden="request_hash key", plain="route", at_erasure=Fate.DROP,
    ),
    entry(
        "retention_plan", _("Conservation prévue"), persons="extended_by", why="to warn before forgetting",
        until="once done", told="extension_reason", plain="rule failure",
    ),
    impersonal("erasure", "identifiers that a restored backup must forget again", "kind",
               persons="started_by"),
    impersonal("forgotten_content", "hashes of files to remove", "content_hash"),
)  # fmt: skip
