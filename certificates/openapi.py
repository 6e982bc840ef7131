"""The public look-up's description for programs (OpenAPI 3.1), kept by hand beside the views and held against their answers by tests.

Pure: a program reads it at `/api/openapi.json`, a person at `/api`. Every number that was measured or decided is a string with its written
digits; here there are none but counts.
"""
from __future__ import annotations

from typing import Any

VERSION = "1.0.0"

Schema = dict[str, Any]

_DAY: Schema = {"type": "string", "format": "date"}
_MOMENT: Schema = {"type": "string", "format": "date-time"}
_TEXT: Schema = {"type": "object", "properties": {"vi": {"type": "string"}, "en": {"type": "string"}}, "required": ["vi"]}
_HASH: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_STATUS: Schema = {
    "type": "string", "enum": ["valid", "replaced", "suspended", "withdrawn", "expired", "coming", "absent"],
    "description": "Standing of the paper; coming: in force from a later day; absent: not yet in the register on the day asked for.",
}
_CODE: Schema = {"type": "string", "pattern": "^([2-9BCGHKLMNPQTV]{4}-){3}[2-9BCGHKLMNPQTV]{4}$"}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(properties: Schema, required: list[str] | None = None) -> Schema:
    return {"type": "object", "properties": properties, "required": required if required is not None else list(properties)}


def _nullable(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


_NAMED: Schema = _object({"number": {"type": "string"}, "code": _CODE, "issued_on": _DAY})
_VERSION_FIELDS: Schema = {
    "number": {"type": "string"}, "code": _CODE, "sequence": {"type": "integer", "minimum": 0},
    "kind": {"type": "string", "enum": ["final", "preliminary", "partial"]}, "status": _STATUS, "decided_on": _DAY, "issued_on": _DAY,
    "valid_from": _DAY, "expires_on": _nullable(_DAY), "status_since": _MOMENT, "reason": {"type": "string"},
}

SCHEMAS: dict[str, Schema] = {
    "Version": _object(_VERSION_FIELDS),
    "Paper": _object(
        {
            **_VERSION_FIELDS,
            "replaces": _nullable({"type": "string"}), "replaced_by": _nullable(_NAMED), "sha256": _HASH, "snapshot_sha256": _HASH,
            "signature": {
                **_nullable(_object({
                    "level": {"type": "string", "enum": ["B-B", "B-T", "B-LT"]}, "signed_at": _MOMENT, "stamped_at": _nullable(_MOMENT),
                    "subject": {"type": "string"}, "fingerprint": _HASH, "self_made": {"type": "boolean"},
                    "sha256": {"type": "array", "minItems": 1, "items": _HASH}})),
                "description": "The digital signature of the file (PAdES): every SHA-256 that a true file of the paper may have; null "
                               "for papers of before files were signed.",
            },
            "fields": {
                "type": "object", "description": "What the customer agreed to publish; nothing else is ever here.",
                "properties": {"customer": _TEXT, "product": _TEXT, "regulations": {"type": "array", "items": {"type": "string"}},
                               "signatory": {"type": "string"}},
                "additionalProperties": False,
            },
            "versions": {"type": "array", "minItems": 1, "items": _ref("Version")},
            "history": {"type": "array", "items": _ref("Move")},
            "exhibits": {"type": "boolean", "description": "Whether documents may be opened beside the paper today."},
            "at": {"type": "object", "description": "Only with `on`: where the paper stood at the end of that day."},
            "verify_url": {"type": "string", "format": "uri"},
        },
        [*_VERSION_FIELDS, "replaces", "replaced_by", "sha256", "snapshot_sha256", "fields", "versions", "verify_url"],
    ),
    "Move": _object({"number": {"type": "string"}, "code": _CODE, "status": _STATUS, "at": _MOMENT, "reason": {"type": "string"}}),
    "Covers": _object({"number": {"type": "string"}, "code": _CODE, "status": _STATUS, "asked": {"type": "object"}}),
    "NotFound": _object({"status": {"const": "not_found"}, "code": _nullable({"type": "string"})}),
    "Entry": _object({
        "number": {"type": "string"}, "code": _CODE, "kind": {"type": "string"}, "status": _STATUS, "status_since": _MOMENT,
        "issued_on": _DAY,
        "items": {"type": "array", "items": _object({"brand": {"type": "string"}, "model": {"type": "string"}, "name": _TEXT})},
        "customer": _nullable(_TEXT), "regulations": {"type": "array", "items": {"type": "string"}}, "sha256": _nullable(_HASH),
        "verify_url": {"type": "string", "format": "uri"},
    }),
    "Directory": _object({
        "entries": {"type": "array", "maxItems": 25, "items": _ref("Entry")}, "next": _nullable({"type": "string"}),
        "previous": _nullable({"type": "string"}),
    }),
    "Consistency": _object({
        "old": {"type": "integer"}, "new": {"type": "integer"}, "old_root": {"type": "string"}, "new_root": {"type": "string"},
        "proof": {"type": "array", "items": {"type": "string"}},
    }),
    "Problem": {
        "type": "object", "description": "RFC 9457.",
        "properties": {"type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"}},
        "required": ["type", "title", "status"],
    },
}


def _parameter(name: str, where: str, description: str, schema: Schema, required: bool = False) -> Schema:
    return {"name": name, "in": where, "description": description, "schema": schema, "required": required or where == "path"}


_BY_CODE = _parameter("code", "path", "The code at the foot of each page of the paper, beside its QR symbol.", {"type": "string"})
_LANGUAGE = _parameter("lang", "query", "Language of words.", {"type": "string", "enum": ["vi", "en"], "default": "vi"})


def _answer(description: str, schema: Schema | None = None, media: str = "application/json") -> Schema:
    return {"description": description, "content": {media: {"schema": schema or {"type": "string"}}}}


_COMMON: Schema = {
    "304": {"description": "What the asker holds (If-None-Match) is still the answer."},
    "429": _answer("Too many questions from one address; Retry-After says when to ask again.", _ref("Problem"), "application/problem+json"),
}


def _get(summary: str, parameters: list[Schema], answers: Schema) -> Schema:
    return {"get": {"summary": summary, "parameters": parameters, "responses": {**answers, **_COMMON}}}


PATHS: dict[str, Schema] = {
    "/verify/{code}.json": _get(
        "Status, history and published facts of the paper with this code",
        [_BY_CODE, _parameter("on", "query", "A past day: where the paper stood at its end.", _DAY)],
        {"200": _answer("The paper.", _ref("Paper")), "404": _answer("Unknown, or not public: one answer for both.", _ref("NotFound"))}),
    "/verify/{code}/covers.json": _get(
        "Whether the paper covers a product: confirmed, contradicted or cannot tell",
        [_BY_CODE, _parameter("brand", "query", "Brand.", {"type": "string"}), _parameter("model", "query", "Model.", {"type": "string"}),
         _parameter("firmware", "query", "Firmware.", {"type": "string"})],
        {"200": _answer("The answer, field by field.", _ref("Covers")), "404": _answer("Unknown, or not public.", _ref("NotFound")),
         "422": {"description": "Nothing was asked."}}),
    "/verify/{code}.svg": _get(
        "The badge of the present status", [_BY_CODE, _LANGUAGE],
        {"200": _answer("The badge.", None, "image/svg+xml"), "404": _answer("A grey badge: not found.", None, "image/svg+xml")}),
    "/verify/{code}.tlog-proof": _get(
        "Proof that the newest entry about the paper stands in the log (c2sp.org/tlog-proof@v1)", [_BY_CODE],
        {"200": _answer("The proof.", None, "text/plain"), "404": {"description": "Unknown, or not public."}}),
    "/directory.json": _get(
        "Papers whose customers agreed to be listed, newest first",
        [
            _parameter("q", "query", "Words, each of which an entry must hold; marks may be left out; of a model three characters do.",
                       {"type": "string", "maxLength": 120}),
            _parameter("in", "query", "The field the words are looked for in.",
                       {"type": "string", "enum": ["any", "model", "brand", "enterprise", "tax", "regulation"], "default": "any"}),
            _parameter("after", "query", "Key of the next page, from `next`.", {"type": "integer"}),
            _parameter("before", "query", "Key of the page before, from `previous`.", {"type": "integer"}),
        ],
        {"200": _answer("A page of at most 25.", _ref("Directory"))}),
    "/open-data/{day}.{kind}": _get(
        "The whole directory as a file of one night",
        [_parameter("day", "path", "The day of the file.", _DAY),
         _parameter("kind", "path", "JSON lines (one Entry a line), CSV, or the signed list of hashes.",
                    {"type": "string", "enum": ["jsonl", "csv", "note"]})],
        {"200": _answer("The file.", None, "application/octet-stream"), "404": {"description": "No file of that day is kept."}}),
    "/log/checkpoint": _get(
        "The signed checkpoint of the log (c2sp.org/tlog-checkpoint)", [], {"200": _answer("The note.", None, "text/plain")}),
    "/log/key": _get(
        "The public key of the register (c2sp.org/signed-note)", [], {"200": _answer("The key.", None, "text/plain")}),
    "/log/consistency/{old}/{new}": _get(
        "That the log of `new` entries begins with the log of `old` entries",
        [_parameter("old", "path", "A size.", {"type": "integer"}), _parameter("new", "path", "A later size.", {"type": "integer"})],
        {"200": _answer("Roots and proof, base64.", _ref("Consistency")), "404": {"description": "No such sizes."}}),
    "/log/tile/{tile}": _get(
        "Tiles of the log's hashes (c2sp.org/tlog-tiles)", [_parameter("tile", "path", "Level, number, width.", {"type": "string"})],
        {"200": _answer("Hashes of 32 bytes.", None, "application/octet-stream"), "404": {"description": "No such tile."}}),
}


def document(public_url: str, laboratory: str) -> Schema:
    """The whole description for this installation."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{laboratory}: register of papers", "version": VERSION,
            "description": "Anyone may ask, without a key. Answers carry an ETag: ask again with If-None-Match.",
        },
        "servers": [{"url": public_url}], "paths": PATHS, "components": {"schemas": SCHEMAS},
    }
