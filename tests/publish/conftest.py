"""A forge on loopback, and publications to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from msgspec.structs import replace

from forge import HEAD, Forge
from hosting import REPOSITORY, TOKEN
from sluicegate.ci.api import Api
from sluicegate.ci.subject import Subject
from sluicegate.model import Run
from sluicegate.publish import Publication, Sent, publish

SUBJECT = Subject(
    repository=REPOSITORY,
    sha=HEAD,
    judged=frozenset({HEAD}),
    analysed=HEAD,
    ref="refs/pull/7/merge",
    pull_request=7,
    details="https://github.com/acme/shop/actions/runs/9",
)


@pytest.fixture
def forge() -> Iterator[Forge]:
    with Forge().serving() as served:
        yield served


@pytest.fixture
def api(forge: Forge) -> Api:
    return Api(base=forge.address, token=TOKEN, seconds=10, pause=0.005)


@pytest.fixture
def send(api: Api) -> Callable[..., Sent]:
    """Publish a Run to one target."""

    def sending(run: Run, target: str, *, name: str = "sluicegate", per_gate: bool = False, **changes: object) -> Sent:
        subject = replace(SUBJECT, **changes)
        with api:
            made = Publication(run=run, subject=subject, api=api, name=name, per_gate=per_gate)
            (sent,) = publish(made, [target])
        return sent

    return sending
