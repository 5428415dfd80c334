"""The shops that are measured, each a WSGI application that gunicorn serves."""
