"""Made-up secrets, one of each kind, put together on the spot: none may stand in a file of the project."""

from __future__ import annotations

import base64
import json
import random
import re
import string
import zlib
from typing import TYPE_CHECKING

from sluicegate.gates.security.secrets.likeness import BECH32, bech32_sum, crc32_base62

if TYPE_CHECKING:
    from collections.abc import Callable

_SIGNS = {
    "b62": string.digits + string.ascii_uppercase + string.ascii_lowercase,
    "b64": string.ascii_letters + string.digits + "+/",
    "url": string.ascii_letters + string.digits,
    "b32": string.ascii_uppercase + "234567",
    "hex": "0123456789abcdef",
    "abc": string.ascii_letters,
    "dig": string.digits[1:],
    "CAP": string.ascii_uppercase + string.digits,
}
_PART = re.compile(r"\{(\w+):(\d+)\}")

SHAPES = {
    "aws-access-key-id": 'id = "AKIA{b32:16}"',
    "aws-secret-access-key": 'aws_secret_access_key = "{b64:40}"',
    "github-token": 'token = "{github}"',
    "github-fine-grained-token": 'token = "github_pat_{b62:22}_{b62:59}"',
    "gitlab-token": 'token = "glpat-{url:20}"',
    "bitbucket-app-password": "ATBB{url:32}",
    "atlassian-api-token": "ATATT3{url:188}",
    "slack-token": "xoxb-{dig:12}-{dig:12}-{b62:24}",
    "slack-webhook": "https://hooks.slack.com/services/T{CAP:9}/B{CAP:9}/{b62:24}",
    "stripe-key": "sk_live_{b62:24}",
    "google-api-key": "AIza{url:35}",
    "google-oauth-secret": "GOCSPX-{url:28}",
    "npm-token": "//registry/:_authToken={npm}",
    "pypi-token": "pypi-AgE{url:150}",
    "rubygems-token": "rubygems_{hex:48}",
    "crates-token": "cio{b62:32}",
    "docker-hub-token": "dckr_pat_{url:27}",
    "private-key": "-----BEGIN RSA {private}-----\n{b64:64}\n{b64:64}\n-----END RSA {private}-----\n",
    "age-secret-key": "{age}",
    "jwt": "{jwt}",
    "openai-key": "sk-proj-{url:40}T3BlbkFJ{url:40}",
    "anthropic-key": "sk-ant-api03-{url:93}",
    "huggingface-token": "hf_{abc:34}",
    "databricks-token": "dapi{hex:32}",
    "digitalocean-token": "dop_v1_{hex:64}",
    "azure-storage-key": "AccountName=a;AccountKey={b64:86}==;",
    "azure-client-secret": 'key: "{url:3}8Q~{url:34}"',
    "vault-token": "hvs.{url:90}",
    "terraform-token": "{b62:14}.atlasv1.{b62:67}",
    "grafana-token": "{grafana}",
    "grafana-cloud-token": "glc_eyJ{b64:80}",
    "sentry-token": "sntryu_{hex:64}",
    "datadog-key": 'DD_API_KEY = "{hex:32}"',
    "new-relic-key": "NRAK-{CAP:27}",
    "twilio-key": 'twilio_sid = "SK{hex:32}"',
    "sendgrid-key": "SG.{url:22}.{url:43}",
    "mailgun-key": 'mailgun = "key-{hex:32}"',
    "mailchimp-key": "{hex:32}-us12",
    "shopify-token": "shpat_{hex:32}",
    "square-token": "sq0csp-{url:43}",
    "telegram-bot-token": 'bot = "{dig:10}:AA{url:33}"',
    "discord-bot-token": 'discord = "M{url:24}.{url:6}.{url:27}"',
    "discord-webhook": "https://discord.com/api/webhooks/{dig:18}/{url:68}",
    "linear-key": "lin_api_{b62:40}",
    "notion-token": "ntn_{dig:11}{b62:35}",
    "postman-key": "PMAK-{hex:24}-{hex:34}",
    "doppler-token": "dp.pt.{b62:43}",
    "heroku-key": 'heroku_api_key = "{hex:8}-{hex:4}-{hex:4}-{hex:4}-{hex:12}"',
    "dropbox-token": "sl.{url:140}",
    "onepassword-token": "ops_eyJ{b64:300}",
    "alibaba-key": "LTAI{url:20}",
    "password-in-url": "postgres://app:{b62:20}@db.internal/app",
    "generic-secret": 'session_secret = "{b62:32}"',
}
"""What a line with a secret of each kind looks like: `{hex:32}` is made of 32 signs, `{jwt}` by rules of its own."""


def secret(kind: str, seed: str = "") -> str:
    """A line, or some, with a secret of a kind: another one for each seed."""
    made = random.Random(f"{kind} {seed}")  # noqa: S311 - it is to be the same each time, and protects nothing
    text = _PART.sub(lambda part: "".join(made.choices(_SIGNS[part[1]], k=int(part[2]))), SHAPES[kind])
    for name, special in _SPECIAL.items():
        if f"{{{name}}}" in text:
            text = text.replace(f"{{{name}}}", special(made))
    return text


def stand_in(kind: str) -> str:
    """The same line with what people write where the secret would stand."""
    text = _PART.sub(lambda part: "x" * int(part[2]), SHAPES[kind])
    return re.sub(r"\{(?!private)\w+\}", "<your-token>", text).replace("{private}", "PUBLIC KEY")


def _summed(made: random.Random) -> str:
    body = "".join(made.choices(_SIGNS["b62"], k=30))
    return body + crc32_base62(body)


def _grafana(made: random.Random) -> str:
    body = "".join(made.choices(_SIGNS["b62"], k=32))
    return f"glsa_{body}_{zlib.crc32(body.encode()):08x}"


def _age(made: random.Random) -> str:
    """A key as age-keygen writes it: bech32 (BIP 173) of 32 bytes."""
    name = "age-secret-key-"
    data = [made.randrange(32) for _ in range(51)] + [made.choice((0, 16))]
    left = bech32_sum(name, [*data, 0, 0, 0, 0, 0, 0]) ^ 1
    data += [left >> 5 * (5 - at) & 31 for at in range(6)]
    return (name + "1" + "".join(BECH32[value] for value in data)).upper()


def _jwt(made: random.Random) -> str:
    parts = [{"alg": "HS256", "typ": "JWT"}, {"sub": str(made.randrange(10**9)), "iat": made.randrange(10**9)}]
    coded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return ".".join([*coded, "".join(made.choices(_SIGNS["url"], k=43))])


_SPECIAL: dict[str, Callable[[random.Random], str]] = {
    "github": lambda made: f"ghp_{_summed(made)}",
    "npm": lambda made: f"npm_{_summed(made)}",
    "grafana": _grafana,
    "age": _age,
    "jwt": _jwt,
    "private": lambda _: "PRIVATE KEY",
}
