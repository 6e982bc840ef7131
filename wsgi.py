"""Entry point for a WSGI server: `gunicorn wsgi:app`, and for `flask --app wsgi`."""
from lab_app import create_app

app = create_app()
