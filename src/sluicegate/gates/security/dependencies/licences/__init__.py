"""Licences: what files say of them, as expressions of SPDX, held against a policy."""
