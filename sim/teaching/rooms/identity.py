"""Who is who in a room: codes to type, and secret tokens, of which only hashes are kept."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable

CODE_LETTERS = "BCDFGHJKMNPRSTVWXZ"
"""No letter looks like another or like a digit, and without vowels no code is a word."""
CODE_LENGTH = 5
TOKEN_BYTES = 16
"""128 bits: nobody guesses one."""
LONGEST_TOKEN = 64


def new_code() -> str:
    """Return a code of a room, at random."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


def tidy_code(text: str) -> str:
    """Return a code as typed on a phone: in capitals, without spaces; empty where it cannot be one."""
    code = "".join(text[:40].split()).upper()
    return code if len(code) == CODE_LENGTH and set(code) <= set(CODE_LETTERS) else ""


def new_token() -> str:
    """Return a secret token, at random."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_of(token: str) -> str:
    """Return what is kept of a token. It is random, so that no salt is needed."""
    return hashlib.sha256(token[:LONGEST_TOKEN].encode("utf-8", "replace")).hexdigest()


def is_one_of(token: str, hashes: Iterable[str]) -> bool:
    """Tell whether a token belongs to one of some hashes, in a time that does not depend on how much of it is right."""
    own, found = hash_of(token), False
    for each in hashes:
        found |= secrets.compare_digest(own, each)
    return found and len(token) <= LONGEST_TOKEN
