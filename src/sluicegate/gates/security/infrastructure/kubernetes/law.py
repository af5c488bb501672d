"""What each rule finds in an object of Kubernetes. It follows the Pod Security Standards.

What a file leaves open is a doubt, and so is what a patch does not say: the object that it is laid over may.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from sluicegate.gates.security import infrastructure as rules
from sluicegate.gates.security.infrastructure.judged import Doubt
from sluicegate.gates.security.infrastructure.kubernetes.access import roles
from sluicegate.gates.security.infrastructure.kubernetes.kept import secrets
from sluicegate.gates.security.infrastructure.kubernetes.seen import at, short
from sluicegate.infrastructure.dockerfile import DIGEST
from sluicegate.infrastructure.kubernetes import not_root
from sluicegate.model import Level

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sluicegate.gates.security.infrastructure.kubernetes.seen import Seen
    from sluicegate.infrastructure.kubernetes import Thing
    from sluicegate.infrastructure.values import Value
    from sluicegate.model import Finding, Rule

_NAMESPACES = ("hostNetwork", "hostPID", "hostIPC")
_GIVES_ALL = (
    "/boot", "/dev", "/etc", "/home", "/proc", "/root", "/sys", "/var/lib/containerd", "/var/lib/docker",
    "/var/lib/etcd", "/var/lib/kubelet",
)  # fmt: skip
_ENGINES = ("docker.sock", "containerd/containerd.sock", "crio/crio.sock", "podman/podman.sock")
_GIVES_ALL_ITSELF = frozenset({"/", "/run", "/var", "/var/lib", "/var/run", "/usr"}) | {
    f"{top}/{name}" for top in ("/run", "/var/run") for name in _ENGINES
}
_CAPABILITIES = frozenset(
    {
        "ALL", "SYS_ADMIN", "SYS_MODULE", "SYS_PTRACE", "SYS_RAWIO", "SYS_BOOT", "NET_ADMIN", "DAC_READ_SEARCH", "BPF",
        "DAC_OVERRIDE", "MAC_ADMIN", "PERFMON",
    }
)  # fmt: skip


def _privileged(seen: Seen) -> Iterator[Finding | Doubt]:
    for thing, one in seen.containers():
        asked = one.body.get("securityContext", "privileged")
        if _open(asked):
            yield _left(thing, "`privileged`")
        elif asked is not None and asked.of is True:
            yield at(
                rules.PRIVILEGED, seen, thing, asked, one.name,
                f"the container `{short(one.name)}` of {thing.shown} is privileged",
                "Take it out, and give the container the few capabilities that it needs.",
            )  # fmt: skip


def _namespaces(seen: Seen) -> Iterator[Finding | Doubt]:
    for thing, pod in seen.pods():
        for name in _NAMESPACES:
            asked = pod.get(name)
            if _open(asked):
                yield _left(thing, f"`{name}`")
            elif asked is not None and asked.of is True:
                yield at(
                    rules.HOST_NAMESPACE, seen, thing, asked, name,
                    f"{thing.shown} shares a namespace with its machine (`{name}`)",
                    f"Take `{name}` out; a port of the machine is reached with a Service or `hostPort`.",
                )  # fmt: skip


def _paths(seen: Seen) -> Iterator[Finding | Doubt]:
    for thing, pod in seen.pods():
        for volume in pod.items("volumes"):
            asked = volume.get("hostPath", "path")
            if _open(asked):
                yield _left(thing, "a path of its machine")
            elif asked is not None and isinstance(asked.of, str):
                path = posixpath.normpath(f"/{asked.of.lstrip('/')}")
                gives_all = path in _GIVES_ALL_ITSELF or any(f"{path}/".startswith(f"{top}/") for top in _GIVES_ALL)
                yield at(
                    rules.HOST_PATH, seen, thing, asked, path,
                    f"{thing.shown} mounts `{short(path)}` of its machine"
                    + (", which leads to all of it" if gives_all else ""),
                    "Mount a volume that is no folder of the machine, or the one folder that is needed, read only.",
                    None if gives_all else Level.WARNING,
                )  # fmt: skip


def _escalation(seen: Seen) -> Iterator[Finding | Doubt]:
    for thing, one in seen.containers():
        asked = one.body.get("securityContext", "allowPrivilegeEscalation")
        if thing.is_windows or (asked is not None and asked.of is False):
            continue
        if _open(asked) or (asked is None and thing.is_patch):
            yield _left(thing, "`allowPrivilegeEscalation`")
            continue
        said = "says" if asked is not None else "does not forbid"
        yield at(
            rules.ESCALATION, seen, thing, asked or one.body, one.name,
            f"the container `{short(one.name)}` of {thing.shown} {said} that its processes may gain more rights",
            "Write `allowPrivilegeEscalation: false` into its securityContext.",
        )  # fmt: skip


def _root(seen: Seen) -> Iterator[Finding | Doubt]:
    for thing, one in seen.containers():
        if thing.is_windows:
            continue
        asked = not_root(thing, one)
        if asked is True:
            continue
        if asked is None:
            yield _left(thing, "which user it runs as")
            continue
        yield at(
            rules.POD_ROOT, seen, thing, one.body.get("securityContext") or one.body, one.name,
            f"the container `{short(one.name)}` of {thing.shown} may run as root",
            "Write `runAsNonRoot: true` into the securityContext of the pod, and a `runAsUser` where the image names "
            "none.",
        )  # fmt: skip


def _capabilities(seen: Seen) -> Iterator[Finding | Doubt]:
    for thing, one in seen.containers():
        for asked in one.body.items("securityContext", "capabilities", "add"):
            if _open(asked):
                yield _left(thing, "a capability")
                continue
            name = str(asked.of).upper().removeprefix("CAP_")
            if name in _CAPABILITIES:
                yield at(
                    rules.CAPABILITY, seen, thing, asked, f"{one.name} {name}",
                    f"the container `{short(one.name)}` of {thing.shown} is given the capability {name}",
                    "Take it out; most programs need none, and `drop: [ALL]` is a good beginning.",
                )  # fmt: skip


def _images(seen: Seen) -> Iterator[Finding | Doubt]:
    for thing, one in seen.containers():
        asked = one.body.get("image")
        if _open(asked):
            yield _left(thing, "an image")
        elif asked is not None and isinstance(asked.of, str) and asked.of and not DIGEST.search(asked.of):
            tag = asked.of.rpartition("/")[2].partition("@")[0].partition(":")[2]
            floats = tag in ("", "latest")
            yield at(
                rules.POD_IMAGE, seen, thing, asked, f"{one.name} {asked.of}",
                f"the image `{short(asked.of)}` of {thing.shown} is named "
                + ("without a version" if floats else "by a tag, which can become another image"),
                "Name the digest beside the tag: `NAME:TAG@sha256:…`.",
                Level.ERROR if floats else None,
            )  # fmt: skip


def _tokens(seen: Seen) -> Iterator[Finding | Doubt]:
    for thing, pod in seen.pods():
        asked, account = pod.get("automountServiceAccountToken"), pod.text("serviceAccountName")
        if not any(thing.containers()) or (account or pod.text("serviceAccount") or "default") != "default":
            continue
        if _open(asked) or _open(pod.get("serviceAccountName")) or (asked is None and thing.is_patch):
            yield _left(thing, "whether it gets a token")
        elif asked is None or asked.of is not False:
            yield at(
                rules.POD_TOKEN, seen, thing, asked or pod, "token",
                f"{thing.shown} has no account of its own, and gets the token of the default one",
                "Write `automountServiceAccountToken: false`, or name the account whose rights it needs.",
            )  # fmt: skip


LAW: dict[Rule, Callable[[Seen], Iterator[Finding | Doubt]]] = {
    rules.PRIVILEGED: _privileged,
    rules.HOST_NAMESPACE: _namespaces,
    rules.HOST_PATH: _paths,
    rules.ESCALATION: _escalation,
    rules.POD_ROOT: _root,
    rules.CAPABILITY: _capabilities,
    rules.POD_IMAGE: _images,
    rules.POD_SECRET: secrets,
    rules.POD_TOKEN: _tokens,
    rules.BROAD_ROLE: roles,
}
"""The rules, and what finds their findings."""


def _open(asked: Value | None) -> bool:
    return asked is not None and asked.is_unknown


def _left(thing: Thing, what: str) -> Doubt:
    return Doubt(why=f"{short(thing.shown)} leaves open {what}")
