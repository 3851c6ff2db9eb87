"""Hash passwords and short codes with argon2id, and say what a password must be."""

from __future__ import annotations

import argon2

from engine import errors
from engine.i18n import mark as _
from engine.people.folding import fold

SHORTEST = 12
LONGEST = 200
FEWEST_CHARACTERS = 6

# OWASP's first choice for argon2id: a small server hashes several at once without running out of memory.
_hasher = argon2.PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# Compared with when there is nothing to compare with, so that both cases take the same time. Written down
# rather than made at each start; a test says that its costs are still those above.
NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$MAotmoyBIkpUi2BJAOpmGw$mFYTmEjsR/PBikSkb2sTbrtcm0bN9gLOBjPsWL5hB1o"


def hash_secret(secret: str) -> str:
    """Hash a password or a code, salted."""
    return _hasher.hash(secret.encode("utf-8", "replace"))


def matches(secret: str, hashed: str | None) -> bool:
    """Tell whether a secret is the one that was hashed; as slow when there is no hash at all."""
    known = hashed is not None and len(secret) <= LONGEST
    try:
        _hasher.verify(hashed if hashed and known else NOBODY, secret[:LONGEST].encode("utf-8", "replace"))
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False
    return known


def is_outdated(hashed: str) -> bool:
    """Tell whether a hash was made with other costs than today's."""
    return _hasher.check_needs_rehash(hashed)


def require_strong(password: str, *, full_name: str, email: str) -> None:
    """Refuse a password that is short, repetitive or drawn from the person's own name or address.

    Length rather than odd characters, as ANSSI and OWASP advise. Raises `InvalidAnswers` on `password`.
    """
    messages = []
    if not SHORTEST <= len(password) <= LONGEST:
        messages.append(_("Choisissez un mot de passe de 12 à 200 caractères ; une phrase convient."))
    elif len(set(password)) < FEWEST_CHARACTERS:
        messages.append(_("Ce mot de passe répète trop peu de caractères différents."))
    own = [word for word in (*fold(full_name).split(), fold(email.partition("@")[0])) if len(word) > 3]
    rest = fold(password)
    for word in own:
        rest = rest.replace(word, "")
    if not messages and own and len(rest) < SHORTEST // 2:
        messages.append(_("Ce mot de passe ressemble trop à votre nom ou à votre adresse."))
    if messages:
        raise errors.InvalidAnswers({"password": messages})
