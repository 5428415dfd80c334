"""The page in which a person opens checkouts, and says whether they were recognised.

It is served to this machine alone, below an address that cannot be guessed, at the
sandbox's own origin where that is free: Zonos's script works on allowed domains only.
"""

from __future__ import annotations

import secrets
import socket
import threading
from collections.abc import Callable
from typing import Any

import click
from flask import abort
from flask import Flask
from flask import jsonify
from flask import redirect
from flask import render_template
from flask import request
from flask import Response
from flask import url_for
from flask.typing import ResponseReturnValue
from werkzeug.serving import make_server
from werkzeug.serving import WSGIRequestHandler

from .connection import MISSHAPEN
from .connection import ProbeFailed
from .probes import Subject
from .probes import Trial

HOST = "127.0.0.1"
#: The sandbox's.
PORT = 8010
OUTCOMES = ("recognised", "guest", "stopped")
KINDS = ("fresh", "again", "wrong", "aged")
_LONGEST_WAIT = 24 * 60

BeginTrial = Callable[[Subject, str, float], Trial]


def show_page(subject: Subject, begin_trial: BeginTrial) -> None:
    """Serve the page until the person is done; the trials are the subject's then."""
    done = threading.Event()
    token = secrets.token_urlsafe(16)
    app = create_page(subject, begin_trial, done, f"/{token}")
    with _listener() as bound:
        port = bound.getsockname()[1]
        app.config["TRUSTED_HOSTS"] = [HOST]
        server = make_server(
            HOST, port, app, threaded=True, request_handler=_Quiet, fd=bound.fileno()
        )
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    url = f"http://{HOST}:{port}/{token}/"
    try:
        subject.say(
            f"Open {url} in a browser and follow it.\n"
            f"http://{HOST}:{port} has to be among the allowed domains in Zonos's "
            "Dashboard, under Checkout settings."
        )
        click.launch(url)
        while not done.wait(0.2):
            pass
    finally:
        server.shutdown()
        server.server_close()


def create_page(
    subject: Subject, begin_trial: BeginTrial, done: threading.Event, prefix: str
) -> Flask:
    """The page as an application; requests to Zonos are made one at a time."""
    settings = subject.settings
    app = Flask("flask_zonos", static_folder=None)
    trials: list[Trial] = []
    subject.trials = trials
    lock = threading.Lock()

    def trial_of(number: int) -> Trial:
        if not 0 <= number < len(trials):
            abort(404)
        return trials[number]

    @app.after_request
    def harden(response: Response) -> Response:
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    @app.errorhandler(ProbeFailed)
    def failed(error: ProbeFailed) -> ResponseReturnValue:
        return _page(trials, problem=str(error)), 502

    @app.get(f"{prefix}/")
    def index() -> str:
        return _page(trials)

    @app.post(f"{prefix}/trials")
    def begin() -> ResponseReturnValue:
        kind = request.form.get("kind", "")
        minutes = request.form.get("minutes", 0.0, type=float)
        if kind not in KINDS or not 0 <= minutes <= _LONGEST_WAIT:
            raise ProbeFailed(f"minutes are a number from 0 to {_LONGEST_WAIT}")
        with lock:
            try:
                trials.append(begin_trial(subject, kind, minutes))
            except MISSHAPEN:
                raise ProbeFailed("Zonos's response has another shape") from None
            number = len(trials) - 1
        country = request.form.get("country", "")
        return redirect(url_for("trial", number=number, zCountry=country), 303)

    @app.get(f"{prefix}/trials/<int:number>")
    def trial(number: int) -> str:
        one = trial_of(number)
        return render_template(
            "zonos/password-trial.html",
            number=number,
            wait=max(0.0, one.made + one.wait - subject.now()),
            script_url=settings.script_url,
            init={
                "storeId": settings.store_id,
                "zonosApiKey": settings.api_key,
                # That of the credential, which alone gets so far.
                "mode": "TEST",
            },
        )

    @app.post(f"{prefix}/trials/<int:number>/cart")
    def cart(number: int) -> ResponseReturnValue:
        one = trial_of(number)
        with lock:
            try:
                cart_id = subject.new_cart()["id"]
            except (ProbeFailed, *MISSHAPEN) as error:
                reason = (
                    str(error) if isinstance(error, ProbeFailed) else "another shape"
                )
                return jsonify(message=f"Zonos made no cart: {reason}"), 502
        one.opened = subject.now()
        return jsonify(cartId=cart_id, customerAuthenticationToken=one.password)

    @app.post(f"{prefix}/trials/<int:number>/outcome")
    def outcome(number: int) -> ResponseReturnValue:
        one, said = trial_of(number), request.form.get("outcome")
        if said in OUTCOMES and one.opened is not None:
            one.outcome = said
        return redirect(url_for("index"), 303)

    @app.post(f"{prefix}/done")
    def finish() -> str:
        done.set()
        return _page(trials, done=True)

    return app


def _page(trials: list[Trial], **more: Any) -> str:
    known = any(trial.outcome == "recognised" for trial in trials)
    return render_template(
        "zonos/password-life.html", trials=trials, known=known, **more
    )


def _listener() -> socket.socket:
    try:
        return socket.create_server((HOST, PORT))
    except OSError:
        return socket.create_server((HOST, 0))


class _Quiet(WSGIRequestHandler):
    """Logs nothing: the address would stand in it."""

    def log(self, type: str, message: str, *args: Any) -> None:
        """Log nothing."""
