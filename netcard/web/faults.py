"""What went wrong, as an answer: a page, a part of one, or JSON; never a trace."""

import logging
import re
from typing import Any

from flask import Flask, Response, g, has_request_context, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException, NotFound

from netcard.database import new_id
from netcard.errors import Conflict, Invalid, NetcardError, NotHere, UnreadableFile
from netcard.web.answers import wants_json, wants_partial
from netcard.web.limits import TooMany

STATUS: dict[type[NetcardError], int] = {
    NotHere: 404,
    Conflict: 409,
    Invalid: 422,
    UnreadableFile: 422,
    TooMany: 429,
}

SENTENCES = {
    400: "That request could not be read. Nothing was changed.",
    401: "Sign in to see this.",
    403: "That is not allowed from here. Nothing was changed.",
    404: "There is nothing here by that address.",
    405: "That cannot be done here.",
    408: "The connection was too slow. Nothing was changed; try again.",
    409: "Something else stands here already. Nothing was changed.",
    411: "The request did not say how long it is. Nothing was changed.",
    413: "That is larger than netcard takes. Nothing was changed.",
    415: "That kind of file or request is not taken here.",
    422: "Something in the form needs another look.",
    429: "That was tried too often. Wait a little.",
    500: "Something broke on our side. What you had saved is safe.",
    503: "netcard is busy for a moment. Try again.",
}

log = logging.getLogger("netcard")


def init_faults(app: Flask) -> None:
    """One place where errors become answers, and every request gets an id to find it by."""
    app.before_request(_name_the_request)
    app.after_request(_show_the_request_id)
    app.register_error_handler(NetcardError, _expected)
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(Exception, _broken)


def problem(status: int, sentence: str, errors: dict[str, str] | None = None) -> Response:
    """An error as the asker reads it: JSON, a line for htmx, or a page."""
    if wants_json():
        body: dict[str, object] = {"error": sentence}
        if errors:
            body["errors"] = errors
        return make_response(jsonify(body), status)
    template = "errors/_problem.html" if wants_partial() else "errors/problem.html"
    return make_response(
        render_template(template, status=status, sentence=sentence, request_id=g.request_id), status
    )


def _expected(error: NetcardError) -> Response:
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 400)
    response = problem(status, str(error), error.errors if isinstance(error, Invalid) else None)
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _refused(error: HTTPException) -> Response:
    if error.response is not None:
        return error.get_response()  # type: ignore[return-value]
    status = error.code or 500
    ours = bool(error.description) and error.description != type(error).description
    sentence = (
        str(error.description) if ours else SENTENCES.get(status, SENTENCES[400 if status < 500 else 500])
    )
    response = problem(status, sentence)
    for name, value in error.get_headers():
        if name not in {"Content-Type", "Content-Length"}:
            response.headers[name] = value
    return response


def _broken(error: Exception) -> Response:
    # the rule, not the path: that may hold a token
    log.error("%s %s failed", request.method, request.url_rule or "elsewhere", exc_info=error)
    return problem(500, SENTENCES[500])


def _name_the_request() -> None:
    g.request_id = new_id().hex[-12:]
    if "\0" in request.path:
        raise NotFound


def _show_the_request_id(response: Response) -> Response:
    if request_id := g.get("request_id"):
        response.headers["X-Request-Id"] = request_id
    return response


class WithRequestId(logging.Filter):
    """Put the request's id on each line of the log; never a query string, which may hold a token."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = g.get("request_id", "-") if has_request_context() else "-"
        return True


class WithoutValues(logging.Formatter):
    """Leaves out what a database quotes of a row in its complaint: somebody's name, address or note.

    SQLAlchemy hides what it sent itself; PostgreSQL says it again behind DETAIL.
    """

    _QUOTED = re.compile(r"DETAIL: .*?(?=\n\[SQL: |\n\n(?:The above|During)|\Z)", re.DOTALL)

    def formatException(self, ei: Any) -> str:
        return self._QUOTED.sub("DETAIL: left out", super().formatException(ei))


def init_logging() -> None:
    """Log to standard error, each line with its request."""
    if log.handlers:
        return
    handler = logging.StreamHandler()
    handler.addFilter(WithRequestId())
    handler.setFormatter(WithoutValues("%(asctime)s %(levelname)s [%(request_id)s] %(message)s"))
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False
