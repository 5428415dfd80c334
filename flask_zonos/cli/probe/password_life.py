"""Probes of one-time passwords: what only a person sees, in a page of the probe's."""

from __future__ import annotations

import secrets

from .connection import ProbeFailed
from .password_page import show_page
from .probes import Probe
from .probes import Subject
from .probes import Trial
from .profiles import new_password

#: Checkouts that a person can open in one run.
MOST_TRIALS = 20
#: Requests and points of one: a password, and a cart.
_CALLS, _POINTS = 2, 30


def begin_trial(subject: Subject, kind: str, minutes: float) -> Trial:
    """Prepare a checkout for a person to open.

    :param minutes: how old the password should be, for the kind ``aged``.
    :raises ProbeFailed: if there is no password, or there have been enough.
    """
    trials = subject.trials if subject.trials is not None else []
    if len(trials) >= MOST_TRIALS:
        raise ProbeFailed(f"no more than {MOST_TRIALS} checkouts are opened in one run")
    if kind == "again":
        good = [trial for trial in trials if trial.outcome == "recognised"]
        if not good:
            raise ProbeFailed("there is no password yet that was good once")
        return Trial(kind, good[-1].password, good[-1].made)
    if kind == "wrong":
        return Trial(kind, secrets.token_urlsafe(32), subject.now())
    password, made = new_password(subject), subject.now()
    # If Zonos gave the same password again, its life began with the first.
    known = [trial.made for trial in trials if trial.password == password]
    wait = minutes * 60 if kind == "aged" else 0
    return Trial(kind, password, min([made, *known]), wait)


def _trials(subject: Subject, kind: str) -> list[Trial]:
    """Return the trials of a kind that a person has answered.

    :raises ProbeFailed: if there is none, or none could have been recognised.
    """
    if subject.trials is None:
        show_page(subject, begin_trial)
    answered = [trial for trial in subject.trials or () if trial.outcome]
    if all(trial.outcome != "recognised" for trial in answered):
        raise ProbeFailed(
            "a new password was not recognised in this page: see that its origin is "
            "among the allowed domains in Zonos's Dashboard"
            if answered
            else "nobody has opened a checkout"
        )
    found = [trial for trial in answered if trial.kind == kind]
    if not found:
        raise ProbeFailed("nobody has tried it")
    return found


def _lifetime(subject: Subject) -> float:
    trials = [*_trials(subject, "aged"), *_trials(subject, "fresh")]
    good = [trial.age for trial in trials if trial.outcome == "recognised"]
    bad = [trial.age for trial in trials if trial.outcome != "recognised"]
    lived, gone = max(good), min(bad, default=float("inf"))
    if gone <= lived:
        raise ProbeFailed("an older password was recognised, and a newer one was not")
    assumed: float = PROBES[0].assumed
    if lived < assumed <= gone:
        return assumed
    if gone == float("inf"):
        return lived // 60 * 60 + 60
    return float(round((lived + gone) / 2))


def _once(subject: Subject) -> bool:
    return _trials(subject, "again")[-1].outcome != "recognised"


def _wrong_is_error(subject: Subject) -> bool:
    outcome = _trials(subject, "wrong")[-1].outcome
    if outcome == "recognised":
        raise ProbeFailed("a wrong password was recognised, it is said")
    return outcome == "stopped"


PROBES = (
    Probe(
        "password_lifetime",
        "The seconds for which a one-time password is good, the middle of what was "
        "tried; needs `--password-life`",
        300.0,
        _lifetime,
        calls=_CALLS * MOST_TRIALS,
        points=_POINTS * MOST_TRIALS,
        permanent=True,
    ),
    Probe(
        "password_once",
        "A one-time password is good for one use; needs `--password-life`",
        True,
        _once,
        calls=0,
        points=0,
        permanent=True,
    ),
    Probe(
        "bad_password_is_error",
        "A wrong, used or old password stops the checkout; needs `--password-life`",
        False,
        _wrong_is_error,
        calls=0,
        points=0,
        permanent=True,
    ),
)
