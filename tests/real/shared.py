"""What the real tier shares: where things lie, commands, and a small API with a harmless and a breaking change."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
TOOLS = Path(os.environ.get("SLUICEGATE_TOOLS") or ROOT / ".tools")
LOCK = ROOT / "requirements" / "action.txt"

KEYS = {
    "AWS_ACCESS_KEY_ID": "real-tier",
    "AWS_SECRET_ACCESS_KEY": "real-tier-secret",
    "AWS_EC2_METADATA_DISABLED": "true",
}
"""What lets into the S3 server of these tests."""

API = """\
openapi: 3.1.0
info: {title: Shop, version: "1"}
paths:
  /users:
    get:
      operationId: listUsers
      responses:
        "200":
          description: The users.
          content:
            application/json:
              schema:
                type: object
                required: [id, name]
                properties:
                  id: {type: integer}
                  name: {type: string}
"""
BROKEN = API.replace("required: [id, name]", "required: [id]").replace("                  name: {type: string}\n", "")
HARMLESS = API.replace("The users.", "All users.")
SETTINGS = '[contract]\nspec = "openapi.yaml"\n'


def run(*command: object, **more: object) -> subprocess.CompletedProcess[str]:
    """A command with its output, both streams together."""
    told = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "timeout": 600} | more
    return subprocess.run([str(one) for one in command], encoding="utf-8", errors="replace", check=False, **told)


def succeed(*command: object, **more: object) -> str:
    """The same where anything but success is a failure of the test."""
    done = run(*command, **more)
    assert done.returncode == 0, f"{command[0]}: exit {done.returncode}\n{done.stdout}"
    return done.stdout
