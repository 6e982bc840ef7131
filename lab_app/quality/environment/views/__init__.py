"""Pages of environment, cut by what they show, and the address that loggers send to."""
from lab_app.quality.environment.views import course, excursions, importing, loggers, panel, push
from lab_app.quality.environment.views.blueprint import bp

__all__ = ["bp", "course", "excursions", "importing", "loggers", "panel", "push"]
