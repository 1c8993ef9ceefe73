"""Netcard: a networking card to hand over and a list of the people met."""

from flask import Flask
from flask_compress import Compress
from flask_migrate import Migrate
from htmx_flask import Htmx
from werkzeug.middleware.proxy_fix import ProxyFix

from netcard.config import CHECKOUT, Settings
from netcard.database import db, init_database

MOST_BYTES = 32 * 1024 * 1024
"""A headshot, a CV and a form's words together."""


def create_app(settings: Settings | None = None) -> Flask:
    """The application, wired. `settings` default to those of the environment."""
    app = Flask(__name__, template_folder=str(CHECKOUT / "templates"), static_folder=None)
    settings = settings or Settings.from_environment()
    app.extensions["netcard"] = settings
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=MOST_BYTES,
        COMPRESS_MIMETYPES=["text/html", "text/vcard", "text/csv", "application/json", "image/svg+xml"],
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_BR_LEVEL=5,
        COMPRESS_STREAMS=False,  # else a file loses its length, by which a browser knows it came whole
    )
    init_database(app, settings)
    Migrate(app, db, directory=str(CHECKOUT / "migrations"))
    Htmx(app)
    Compress(app)
    _init_web(app)
    _register_rooms(app)
    if settings.https:  # netcard itself speaks plain HTTP, so a front stands before it and names the visitor
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1)  # type: ignore[method-assign]
    return app


def _init_web(app: Flask) -> None:
    from netcard.accounts.sessions import init_sessions
    from netcard.mail import init_mail
    from netcard.media import init_media
    from netcard.web.answers import init_answers
    from netcard.web.assets import init_assets
    from netcard.web.faults import init_faults, init_logging
    from netcard.web.security import init_security

    init_logging()
    init_assets(app)
    init_faults(app)
    init_security(app)
    init_answers(app)
    init_media(app)
    init_mail(app)
    init_sessions(app)


def _register_rooms(app: Flask) -> None:
    from netcard.accounts.views import bp as accounts
    from netcard.capture.views import bp as capture
    from netcard.carddav.views import bp as carddav
    from netcard.cards.views import bp as cards
    from netcard.contacts.views import bp as contacts
    from netcard.events.views import bp as events
    from netcard.followups.views import bp as followups
    from netcard.home.views import bp as home
    from netcard.pwa.views import bp as pwa

    for room in (accounts, events, cards, contacts, followups, capture, carddav, home, pwa):
        app.register_blueprint(room)
