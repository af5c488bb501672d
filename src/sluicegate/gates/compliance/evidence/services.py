"""Packages that send data to somebody's service, by the files that declare them, beside the processors of the map."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sluicegate.errors import UnreadableError
from sluicegate.gates.compliance.items import Asking, Gathered, Item, digest_of
from sluicegate.gates.compliance.personal.datamap import DataMap, data_map
from sluicegate.model import Location, Outcome, Undecided

_FILES = ("**/requirements*.txt", "**/requirements/*.in", "**/pyproject.toml", "**/setup.cfg", "**/package.json")
_FOREIGN = ("node_modules/", "vendor/", ".venv/")
_LARGEST = 4 << 20

# a service, and the packages with which code reaches it
_SERVICES = """
stripe: stripe, stripe-js; adyen: adyen, adyen-api-library; braintree: braintree; plaid: plaid-python, plaid
paypal: paypalrestsdk, checkout-server-sdk; postmark: postmarker, postmark
sendgrid: sendgrid; mailgun: mailgun, mailgun.js; mailchimp: mailchimp-marketing, mailchimp3
twilio: twilio; vonage: vonage; slack: slack-sdk, slack-bolt; intercom: python-intercom, intercom-client
sentry: sentry-sdk, sentry-node; datadog: datadog, ddtrace, dd-trace; newrelic: newrelic; rollbar: rollbar
bugsnag: bugsnag; honeybadger: honeybadger; segment: analytics-python, segment-analytics-python, analytics-node
mixpanel: mixpanel; amplitude: amplitude-analytics; posthog: posthog, posthog-js, posthog-node
hubspot: hubspot-api-client; salesforce: simple-salesforce, jsforce; zendesk: zenpy, node-zendesk
openai: openai; anthropic: anthropic; cohere: cohere; algolia: algoliasearch; auth0: auth0-python, auth0; okta: okta
firebase: firebase-admin, firebase; launchdarkly: launchdarkly-server-sdk
""".replace("\n", ";")  # fmt: skip
_WORD = re.compile(r"(?:@(?P<scope>[\w.-]+)/)?(?P<name>[A-Za-z][\w.-]*)")
_DECLARED = re.compile(r"^\s*[\"']?((?:@[\w.-]+/)?[A-Za-z][\w.-]*)(?=\s*(?:\[[\w, -]*\])?\s*(?:[=<>~!;\"',:#@ ]|$))")


def _by_package() -> dict[str, str]:
    known: dict[str, str] = {}
    for each in _SERVICES.split(";"):
        service, _, packages = each.strip().partition(": ")
        known.update(dict.fromkeys((name.strip() for name in packages.split(",") if name.strip()), service))
    return known


def gather(asking: Asking) -> Iterator[Gathered]:
    """One item for each service whose package a file declares, and whether the data map has its processor."""
    known = data_map(asking)
    packages = _by_package()
    items: dict[tuple[str, ...], Item] = {}
    lacking: list[Undecided] = []
    tree = asking.context.head
    paths = [path for pattern in _FILES for path in tree.glob(pattern) if not any(each in path for each in _FOREIGN)]
    for path in dict.fromkeys(paths):
        try:
            text = tree.read(path, _LARGEST).decode("utf-8", "replace")
        except UnreadableError as error:
            lacking.append(Undecided(outcome=Outcome.ERRORED, reason=error.message, hint=error.hint or ""))
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if (found := _DECLARED.match(line)) and (service := _service(found[1], packages)):
                data = {
                    "service": service,
                    "package": found[1],
                    "path": path,
                    "mapped": known is not None,
                    "declared": known is not None and _has(known, service, found[1]),
                }
                where = Location(path=tree.display(path), line=number, logical=found[1])
                items.setdefault((service,), Item(key=(service,), data=data, location=where))
    yield Gathered(
        subject="services of packages",
        query=f"the packages of {', '.join(_FILES)}",
        sha256=digest_of([each.data for each in items.values()]),
        items=tuple(items.values()),
        lacking=tuple(lacking),
    )


def _service(package: str, packages: dict[str, str]) -> str:
    """The service behind a package: by its own name, or by a scope that is the service's."""
    found = _WORD.fullmatch(package.lower().replace("_", "-"))
    if found is None:
        return ""
    scope = (found["scope"] or "").removesuffix("hq")
    if scope:
        return scope if scope in packages.values() else ""
    return packages.get(found["name"], "")


def _has(known: DataMap, service: str, package: str) -> bool:
    """Whether a processor of the map is called like the service, or names the package."""
    return any(
        service in f"{key} {one.name}".lower() or package in one.packages
        for key, one in known.written.processors.items()
    )
