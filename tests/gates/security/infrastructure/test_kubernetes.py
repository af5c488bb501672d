"""Manifests of Kubernetes: which files are some, how they are read, and what is found in them."""

from __future__ import annotations

import base64
import json

import pytest
from folders import PINNED, RULES, said_of
from hypothesis import given, settings
from hypothesis import strategies as st

from sluicegate.model import Level, Outcome

ALL = frozenset(rule for rule in RULES if "/kubernetes-" in rule)
GOOD = {
    "automountServiceAccountToken": False,
    "securityContext": {"runAsNonRoot": True},
    "containers": [
        {
            "name": "web",
            "image": f"registry.example/web:1{PINNED}",
            "securityContext": {"allowPrivilegeEscalation": False},
        }
    ],
}


def said(text, name="web.yaml", **more):
    return said_of({name: text, **more}, rules=ALL)


def names(text, name="web.yaml", **more):
    return [one.removeprefix("kubernetes-") for one in said(text, name, **more).names]


def thing(kind, body):
    version = "rbac.authorization.k8s.io/v1" if "Role" in kind else "v1"
    return json.dumps({"apiVersion": version, "kind": kind, "metadata": {"name": "x"}, **body})


def pod(context=None, *, of=None, **more):
    """A Pod that is fine but for what is given: to its container's securityContext, to its container, to itself."""
    one = GOOD["containers"][0]
    one = {**one, "securityContext": {**one["securityContext"], **(context or {})}, **(of or {})}
    return thing("Pod", {"spec": {**GOOD, "containers": [one], **more}})


BAD = {**GOOD, "hostPID": True}
TEMPLATE = {"spec": {"template": {"spec": BAD}}}
WORKLOADS = {
    "Pod": {"spec": BAD},
    "PodTemplate": {"template": {"spec": BAD}},
    "CronJob": {"spec": {"jobTemplate": TEMPLATE}},
    **dict.fromkeys(("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "ReplicationController"), TEMPLATE),
    "Rollout": TEMPLATE,  # of somebody else's: known by what it holds
}


@pytest.mark.parametrize("kind", WORKLOADS)
def test_every_kind_that_makes_pods_is_judged(kind: str):
    (one,) = said(thing(kind, WORKLOADS[kind])).findings
    assert (one.rule, one.location.logical) == ("security/kubernetes-host-namespace", f"{kind}/x")
    assert one.key == ("web.yaml", f"{kind}/x", "hostPID")


@pytest.mark.parametrize("kind", ["List", "PodList"])
def test_lists_are_opened(kind: str):
    one = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "x"}, "spec": BAD}
    inner = {"metadata": {"name": "y"}, "spec": BAD} if kind == "PodList" else {**one, "metadata": {"name": "y"}}
    whole = {"apiVersion": "v1", "kind": kind, "items": [one, {"kind": "List", "apiVersion": "v1", "items": [inner]}]}
    places = [one.location.logical for one in said(json.dumps(whole)).findings]
    assert places == (["Pod/x", "Pod/y"] if kind == "List" else ["Pod/x"])


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (pod(), []),
        (pod({"privileged": True}), ["privileged"]),
        (pod({"privileged": False}), []),
        (pod({"privileged": "true"}), []),
        (pod(hostNetwork=True, hostIPC=True), ["host-namespace"] * 2),
        (pod({"allowPrivilegeEscalation": True}), ["privilege-escalation"]),
        (pod({"allowPrivilegeEscalation": None}), ["privilege-escalation"]),
        (pod({"runAsNonRoot": False}), ["may-run-as-root"]),
        (pod({"runAsUser": 0}, securityContext={}), ["may-run-as-root"]),
        (pod(securityContext={}), ["may-run-as-root"]),
        (pod(securityContext={"runAsUser": 10001}), []),
        (pod({"runAsUser": 10001}, securityContext={"runAsNonRoot": False}), []),
        (pod({"allowPrivilegeEscalation": None}, securityContext={}, os={"name": "windows"}), []),
        (pod({"capabilities": {"add": ["NET_BIND_SERVICE", "CAP_SYS_ADMIN", "all"]}}), ["added-capability"] * 2),
        (pod({"capabilities": {"drop": ["ALL"]}}), []),
        (pod(of={"image": f"web{PINNED}"}), []),
        (pod(of={"image": "registry.example:5000/web:1.4"}), ["unpinned-image"]),
        (pod(automountServiceAccountToken=None), ["unneeded-token"]),
        (pod(automountServiceAccountToken=None, serviceAccountName="default"), ["unneeded-token"]),
        (pod(automountServiceAccountToken=None, serviceAccountName="web"), []),
        (pod(automountServiceAccountToken=True, serviceAccountName="web"), []),
    ],
)
def test_what_a_pod_asks_for(text: str, wanted: list[str]):
    assert names(text) == wanted


@pytest.mark.parametrize(
    ("image", "level"),
    [
        ("web", Level.ERROR), ("web:latest", Level.ERROR), ("host:5000/web", Level.ERROR), ("web:1", Level.WARNING),
        ("web:1@sha256:12", Level.WARNING),
    ],
)  # fmt: skip
def test_an_image_without_a_version_is_worse_than_one_with_a_tag(image: str, level: Level):
    (one,) = said(pod(of={"image": image})).findings
    assert (one.rule, one.level) == ("security/kubernetes-unpinned-image", level)


@pytest.mark.parametrize(
    ("path", "level"),
    [
        ("/", Level.ERROR), ("//", Level.ERROR), ("/var/run/docker.sock", Level.ERROR), ("/etc/ssl/", Level.ERROR),
        ("/opt/../etc", Level.ERROR), ("/var/lib/kubelet/pods", Level.ERROR), ("/var/log", Level.WARNING),
        ("/etcetera", Level.WARNING),
    ],
)  # fmt: skip
def test_folders_of_the_machine(path: str, level: Level):
    (one,) = said(pod(volumes=[{"name": "a", "hostPath": {"path": path}}, {"name": "b", "emptyDir": {}}])).findings
    assert (one.rule, one.level) == ("security/kubernetes-host-path", level)


def test_every_container_is_looked_at():
    more = {"name": "first", "image": "web:1", "securityContext": {"allowPrivilegeEscalation": False}}
    found = said(pod(initContainers=[more], ephemeralContainers=[{**more, "name": ""}])).findings
    assert [one.key[-1] for one in found] == ["first web:1", "ephemeralContainers[0] web:1"]


def encoded(text):
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (pod(of={"env": [{"name": "DB_PASSWORD", "value": "gr4vel-Otter-91"}]}), True),
        (pod(of={"env": [{"name": "DB_PASSWORD", "value": 52849163}]}), True),
        (pod(of={"env": [{"name": "DB_PASSWORD", "value": "$(OTHER)"}]}), False),
        (pod(of={"env": [{"name": "DB_PASSWORD", "value": "${OTHER}"}]}), False),
        (pod(of={"env": [{"name": "DB_PASSWORD", "value": "changeme"}]}), False),
        (pod(of={"env": [{"name": "DB_PASSWORD", "valueFrom": {"secretKeyRef": {"name": "a", "key": "b"}}}]}), False),
        (pod(of={"env": [{"name": "DB_HOST", "value": "gr4vel-Otter-91"}]}), False),
        (thing("Secret", {"stringData": {"password": "gr4vel-Otter-91"}}), True),
        (thing("Secret", {"stringData": {"user": "gr4vel-Otter-91"}}), False),
        (thing("Secret", {"data": {"password": encoded("gr4vel-Otter-91")}}), True),
        (thing("Secret", {"data": {"password": encoded("changeme")}}), False),
        (thing("Secret", {"data": {"tls.key": encoded("-----BEGIN EC PRIVATE KEY-----\n")}}), True),
        (thing("Secret", {"data": {".dockerconfigjson": encoded('{"auths": {"a": {"auth": "b"}}}')}}), True),
        (thing("Secret", {"data": {"password": "ENC[AES256_GCM,data:gr4vel,iv:Otter,type:str]"}}), False),
        (thing("Secret", {"stringData": {"password": "ENC[AES256_GCM,data:gr4vel,iv:Otter,type:str]"}}), False),
        (thing("ConfigMap", {"data": {"DB_PASSWORD": "gr4vel-Otter-91"}}), True),
        (thing("ConfigMap", {"data": {"DB_PASSWORD": "{{ .Values.password }}"}}), False),
    ],
)
def test_secrets(text: str, found: bool):
    told = said(text)
    assert told.names == ["kubernetes-plain-secret"] * found
    assert not any("tter" in f"{one.message} {one.key}" for one in told.findings)


@pytest.mark.parametrize(
    ("kind", "body", "found"),
    [
        ("Role", {"rules": [{"verbs": ["*"], "resources": ["*"], "apiGroups": ["*"]}]}, True),
        ("ClusterRole", {"rules": [{"verbs": ["get", "*"], "resources": ["*"], "apiGroups": [""]}]}, True),
        ("ClusterRole", {"rules": [{"verbs": ["*"], "resources": ["*"], "apiGroups": ["apps"]}]}, False),
        ("ClusterRole", {"rules": [{"verbs": ["*"], "resources": ["pods"], "apiGroups": ["*"]}]}, False),
        ("ClusterRole", {"rules": [{"verbs": ["*"], "nonResourceURLs": ["*"]}]}, False),
        ("ClusterRoleBinding", {"roleRef": {"kind": "ClusterRole", "name": "cluster-admin"}}, True),
        ("RoleBinding", {"roleRef": {"kind": "Role", "name": "cluster-admin"}}, False),
        ("RoleBinding", {"roleRef": {"kind": "ClusterRole", "name": "edit"}}, False),
    ],
)
def test_roles_and_bindings(kind: str, body: dict, found: bool):
    assert names(thing(kind, body)) == ["broad-role"] * found


OPEN = "{{ .Values.x }}"


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (pod({"privileged": OPEN}), "privileged"), (pod(hostPID="${HOST}"), "host-namespace"),
        (pod(volumes=[{"hostPath": {"path": OPEN}}]), "host-path"),
        (pod({"allowPrivilegeEscalation": OPEN}), "privilege-escalation"),
        (pod({"runAsUser": OPEN}, securityContext={}), "may-run-as-root"),
        (pod(securityContext=OPEN), "may-run-as-root"),
        (pod({"capabilities": {"add": [OPEN]}}), "added-capability"),
        (pod({"capabilities": {"add": OPEN}}), "added-capability"),
        (pod(of={"image": "web:{{ .Values.tag }}"}), "unpinned-image"),
        (pod(automountServiceAccountToken=OPEN), "unneeded-token"),
        (thing("Role", {"rules": [{"verbs": [OPEN], "resources": ["*"], "apiGroups": ["*"]}]}), "broad-role"),
        (thing("RoleBinding", {"roleRef": {"kind": "ClusterRole", "name": OPEN}}), "broad-role"),
    ],
)  # fmt: skip
def test_what_is_left_open_is_neither_passed_nor_failed(text: str, rule: str):
    told = said(text)
    assert told.names == []
    ((outcome, reason),) = told.undecided(f"kubernetes-{rule}")
    assert outcome is Outcome.INCONCLUSIVE
    assert "leaves open" in reason
    others = [one for one in told.examinations if one.undecided and one.rule != f"security/kubernetes-{rule}"]
    assert others == []


def test_what_a_patch_does_not_say_may_stand_in_what_it_is_laid_over():
    patch = thing("Deployment", {"spec": {"template": {"spec": {"containers": [{"name": "web", "env": []}]}}}})
    told = said(patch)
    assert told.names == []
    for rule in ("privilege-escalation", "may-run-as-root", "unneeded-token"):
        assert told.undecided(f"kubernetes-{rule}")[0][0] is Outcome.INCONCLUSIVE
    assert said(thing("Deployment", {"spec": {"replicas": 3, "template": {"spec": {}}}})).names == []


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["*", OPEN, "latest", "x"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["containers", "securityContext", "env", "name", "image", "privileged", "volumes", "hostPath",
                         "path", "spec", "template", "items", "rules", "verbs", "data", "capabilities", "add"]),
        inner, max_size=4,
    ),
    max_leaves=25,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["Pod", "Deployment", "List", "Role", "Secret", "RoleBinding"]), VALUES)
def test_any_shape_is_looked_at_without_trouble(kind: str, body):
    whole = {"apiVersion": "v1", "kind": kind, "spec": body, "items": body, "rules": body, "data": body}
    said(json.dumps(whole))
