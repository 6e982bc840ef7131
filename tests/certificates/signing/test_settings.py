"""How files are signed, read from the environment: each wrong setting is named before anything starts."""
from __future__ import annotations

import pytest

import config


def load(tmp_path, **env):
    return config.load({"LAB_MODE": "test", "LAB_INSTANCE": str(tmp_path), **env}).signing


def test_what_is_taken_when_nothing_is_said(tmp_path):
    found = load(tmp_path)
    assert found.key == tmp_path.resolve() / "signing_key.p12" and found.level == "B-B" and found.timeout == 5
    assert len(found.password) > 24 and load(tmp_path).password == found.password


def test_in_production_the_password_is_a_persons(tmp_path):
    secrets = {"PUBLIC_URL": "https://a.example", "SECRET_KEY": "s" * 30, "SECURITY_PASSWORD_SALT": "t" * 30, "LAB_MODE": "production"}
    assert load(tmp_path, **secrets).password == ""
    file = tmp_path / "secret"
    file.write_text("from a file\n", encoding="utf-8")
    assert load(tmp_path, **secrets, SIGNING_KEY_PASSWORD_FILE=str(file)).password == "from a file"


def test_a_service_means_its_stamps(tmp_path):
    assert load(tmp_path, SIGNING_TSA_URL="http://tsa.example").level == "B-T"


@pytest.mark.parametrize(("env", "names"), [
    ({"SIGNING_LEVEL": "B-LTA"}, "SIGNING_LEVEL"),
    ({"SIGNING_LEVEL": "B-T"}, "SIGNING_TSA_URL"),
    ({"SIGNING_LEVEL": "B-T", "SIGNING_TSA_URL": "ftp://a"}, "SIGNING_TSA_URL"),
    ({"SIGNING_LEVEL": "B-LT", "SIGNING_TSA_URL": "http://a"}, "SIGNING_TRUSTED"),
    ({"SIGNING_TOKEN_LIBRARY": "/a.so"}, "SIGNING_TOKEN_LABEL"),
    ({"SIGNING_TIMEOUT": "soon"}, "SIGNING_TIMEOUT"),
    ({"SIGNING_TIMEOUT": "0"}, "SIGNING_TIMEOUT"),
    ({"SIGNING_KEY_PASSWORD_FILE": "/no/such/file"}, "SIGNING_KEY_PASSWORD_FILE"),
])
def test_a_wrong_setting_is_named(tmp_path, env, names):
    with pytest.raises(config.BadSettings, match=names):
        load(tmp_path, **env)
