"""A small description, and the same with one operation less."""

from __future__ import annotations

API = """\
openapi: 3.1.0
info: {title: Shop, version: "1"}
paths:
  /users:
    get: {operationId: users, responses: {"204": {description: ok}}}
  /orders:
    get: {operationId: orders, responses: {"204": {description: ok}}}
"""
LESS = API.partition("  /orders")[0]
