"""The WSGI callable, for `netcard serve` and any other server."""

from netcard import create_app

app = create_app()
