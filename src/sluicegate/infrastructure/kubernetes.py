"""Manifests as their rules see them: objects with a kind, the pods that they make, and the containers of those."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sluicegate.infrastructure.values import Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sluicegate.model import Tree

_TEMPLATE = ("spec", "template", "spec")
_POD_OF = {
    "Pod": ("spec",),
    "PodTemplate": ("template", "spec"),
    "CronJob": ("spec", "jobTemplate", *_TEMPLATE),
    **dict.fromkeys(
        ("Deployment", "DaemonSet", "StatefulSet", "ReplicaSet", "ReplicationController", "Job", "DeploymentConfig"),
        _TEMPLATE,
    ),
}
"""Where each kind of workload has its pod."""
_JUDGED = frozenset({"Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding", "Secret", "ConfigMap"})
"""The kinds beside workloads of which a rule tells something."""
_CONTAINERS = ("initContainers", "containers", "ephemeralContainers")


class Container(Struct, frozen=True, kw_only=True):
    """A container of a pod."""

    name: str
    body: Value


class Thing(Struct, frozen=True, kw_only=True):
    """An object of a file; `pod` is the specification of the pods that it makes, where it makes any."""

    kind: str
    name: str
    body: Value
    pod: Value | None

    @property
    def shown(self) -> str:
        """`Deployment/web`."""
        return f"{self.kind}/{self.name}"

    @property
    def is_patch(self) -> bool:
        """Whether it is laid over another object, which says the rest: a container without an image is none."""
        return any(one.body.get("image") is None for one in self.containers())

    @property
    def is_windows(self) -> bool:
        """Whether its pods are of Windows, which knows no root."""
        return self.pod is not None and self.pod.text("os", "name") == "windows"

    def containers(self) -> Iterator[Container]:
        """Those of its pod, first those that start first."""
        if self.pod is None:
            return
        for part in _CONTAINERS:
            for index, one in enumerate(self.pod.items(part)):
                if isinstance(one.of, dict):
                    yield Container(name=one.text("name") or f"{part}[{index}]", body=one)


def things(documents: Iterable[Value]) -> list[Thing]:
    """The objects of which a rule tells something; lists of objects are opened."""
    found: list[Thing] = []
    open_ = [(one, "") for one in documents]
    open_.reverse()
    while open_:
        one, default = open_.pop()
        kind = one.text("kind") or default
        if not kind or not (default or one.text("apiVersion")):
            continue
        if kind.endswith("List") and one.get("items") is not None:
            of = kind.removesuffix("List")
            open_ += [(each, of) for each in reversed(one.items("items")) if isinstance(each.of, dict)]
            continue
        pod = _pod(one, kind)
        if pod is not None or kind in _JUDGED:
            name = one.text("metadata", "name") or one.text("metadata", "generateName") or "(no name)"
            space = one.text("metadata", "namespace")
            found.append(Thing(kind=kind, name=f"{space}/{name}" if space else name, body=one, pod=pod))
    return found


def _pod(one: Value, kind: str) -> Value | None:
    """What an object makes pods of; that of a kind that others have added is known by its containers."""
    pod = one.get(*_POD_OF.get(kind, _TEMPLATE))
    if pod is None or not isinstance(pod.of, dict):
        return None
    return pod if kind in _POD_OF or isinstance(getattr(pod.get("containers"), "of", None), list) else None


def not_root(thing: Thing, one: Container) -> bool | None:
    """Whether a container has to run as somebody else than root; its own word comes before that of the pod.

    None where that is left open.
    """
    said = False
    for name in ("runAsNonRoot", "runAsUser"):
        for body in (one.body, thing.pod):
            asked = body.get("securityContext", name) if body else None
            if asked is None:
                continue
            if asked.is_unknown:
                return None
            if asked.of is True or (isinstance(asked.of, int) and asked.of > 0):
                return True
            said = True
            break
    return None if thing.is_patch and not said else False


def in_chart(tree: Tree, path: str) -> bool:
    """Whether a file is one of the templates of a chart."""
    folders = path.split("/")[:-1]
    return any(
        folder == "templates" and tree.find("/".join((*folders[:at], "Chart.yaml"))) is not None
        for at, folder in enumerate(folders)
    )
