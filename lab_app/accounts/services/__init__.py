"""Use cases about people: accounts, roles, authorisations, electronic signatures (6.2, 7.5.1)."""
from __future__ import annotations

from lab_app.accounts.services.authorising import authorise_person, withdraw_authorisation
from lab_app.accounts.services.people import (
    RESULTS,
    ROLES,
    add_person,
    add_site,
    change_person,
    change_site,
    ensure_roles,
    set_active,
    set_language,
    set_password,
    set_person_roles,
    set_role_permissions,
    set_up_laboratory,
)

__all__ = [
    "RESULTS", "ROLES", "add_person", "add_site", "authorise_person", "change_person", "change_site", "ensure_roles", "set_active",
    "set_language", "set_password", "set_person_roles", "set_role_permissions", "set_up_laboratory", "withdraw_authorisation",
]
