"""Manifests of Kubernetes: which files are some, how they are read, and what is found in them."""

from __future__ import annotations

import base64
import json
from itertools import pairwise
from time import monotonic

import pytest
from folders import PINNED, RULES, said_of
from hypothesis import given, settings
from hypothesis import strategies as st

from effort import HANGS
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


TWO = """\
# the first

apiVersion: v1
kind: Pod
metadata: {name: one}
spec: &spec
  automountServiceAccountToken: false
  hostPID: true
---
kind: Pod
apiVersion: v1
metadata:
  name: two
  namespace: shop
spec:
  automountServiceAccountToken: false
  containers: []
  hostNetwork:   true
...
---
"""


def test_a_finding_has_its_place_in_the_document_that_it_is_of():
    found = [(one.location.line, one.location.column, one.location.logical) for one in said(TWO).findings]
    assert found == [(8, 12, "Pod/one"), (18, 18, "Pod/shop/two")]


def test_a_broken_document_is_errored_at_its_place_and_the_others_are_judged():
    broken = "---\napiVersion: v1\nkind: Pod\nspec: [\n"
    first = TWO.removesuffix("...\n---\n")
    told = said(f"{first}{broken}---\n{TWO}{broken}")
    assert len(told.findings) == 4
    assert {one.location.line for one in told.findings} == {8, 18, 31, 41}
    (reason,) = set(told.errored.values())
    assert "web.yaml:23: not YAML" in reason
    assert "web.yaml:48: not YAML" in reason
    assert {one.rule for one in told.examinations} == ALL


def test_the_same_anchor_in_two_documents_is_two():
    assert "names no anchor" in str(said(f"{TWO}apiVersion: v1\nkind: Pod\nspec: *spec\n").errored)


def test_aliases_and_merges_are_followed():
    text = pod().replace('"spec"', '"spec": {"<<": *a}, "x"')
    assert "names no anchor" in str(said(text).errored)
    body = "x: &a {hostPID: true}\nspec:\n  <<: *a\n  automountServiceAccountToken: false\n"
    assert names(f"apiVersion: v1\nkind: Pod\n{body}") == ["host-namespace"]


BOMB = "a: &a [1, 2, 3, 4, 5, 6, 7, 8, 9]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in pairwise("abcdefghij")
)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (BOMB, "stands for more than"),
        ("a: " + "[" * 5000 + "]" * 5000 + "\n", "deep"),
        ("a: " + "{a: " * 5000 + "\n", "deep"),
        ("a: &a [*a]\n", "stands inside what it names"),
        ("a: 1\na: 2\n", "stands twice"),
        ("? [a]\n: 1\n", "a key that is no text"),
        ("a: \x01\n", "web.yaml:3: not YAML"),
        ("a: !!python/object:os.system [x]\nb: 'x\n", "not YAML"),
    ],
    ids=["bomb", "lists", "mappings", "self", "twice", "key", "control", "object"],
)  # fmt: skip
def test_what_cannot_be_read_is_errored_soon(body: str, why: str):
    started = monotonic()
    told = said(f"apiVersion: v1\nkind: Pod\n{body}")
    assert why in told.errored["web.yaml"]
    assert monotonic() - started < HANGS


def test_bytes_that_are_no_text_are_errored_with_their_line():
    assert said(b"apiVersion: v1\nkind: Pod\n# \xff\n").errored == {"web.yaml": "web.yaml:3: not UTF-8"}


CHART = {"chart/Chart.yaml": "name: web\n", "chart/charts/a/Chart.yaml": "name: a\n"}
TEMPLATED = "apiVersion: v1\nkind: Pod\nspec:\n{{- with .Values.x }}\n  hostPID: true\n{{- end }}\n"


@pytest.mark.parametrize("path", ["chart/templates/a.yaml", "chart/charts/a/templates/deep/a.yaml"])
@pytest.mark.parametrize("text", [TEMPLATED, "apiVersion: v1\nkind: Pod\nspec: {hostPID: '{{ .Values.x }}'}\n"])
def test_templates_of_helm_are_not_tested(path: str, text: str):
    told = said(text, path, **CHART)
    assert told.untested == {path: "it is a template, which only Helm can fill in"}
    assert {one.rule for one in told.examinations} == ALL
    assert "helm template" in told.examinations[0].undecided.hint


def test_a_file_of_a_chart_with_nothing_to_fill_in_is_judged():
    assert names(TWO, "chart/templates/a.yaml", **CHART) == ["host-namespace"] * 2


def test_what_has_to_be_filled_in_elsewhere_is_not_tested_and_the_rest_is_judged():
    told = said(f"{TWO}{TEMPLATED}")
    assert told.names == ["kubernetes-host-namespace"] * 2
    assert "has to be filled in first, or is broken: web.yaml:25" in told.untested["web.yaml"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("openapi.yaml", "openapi: 3.1.0\ninfo: {title: apiVersion}\n"),
        ("Chart.yaml", "apiVersion: v2\nname: web\n"),
        ("ci.yml", "kind: Pipeline\n"),
        ("broken.yaml", "a: [\n"),
        ("web.txt", TWO),
        ("package.json", '{"apiVersion": 1, "kinds": ["Pod"]}'),
    ],
)
def test_other_files_are_let_be(name: str, text: str):
    told = said(text, name)
    assert told.findings == []
    assert {one.subject for one in told.examinations} == {"manifests"}
    assert {one.undecided.reason for one in told.examinations} == {"there is no manifest of Kubernetes"}


@pytest.mark.parametrize("space", ["", " ", "\n", "\t"])
def test_json_is_read_however_it_is_set(space: str):
    text = json.dumps({"kind": "Pod", "apiVersion": "v1", "spec": {**BAD, "x": "😀\\"}}).replace(", ", f",{space}")
    assert names(text, "web.json") == ["host-namespace"]


def test_objects_of_which_no_rule_tells_are_not_applicable():
    (reason,) = {one.undecided.reason for one in said(thing("Service", {"spec": {}})).examinations}
    assert reason == "it has no workload, no role and no secret"


def test_a_hook_looks_at_what_is_touched():
    files = {"a.yaml": TWO, "b.yaml": TWO}
    assert {one.key[0] for one in said_of(files, rules=ALL, touched=frozenset({"b.yaml"})).findings} == {"b.yaml"}
    assert said_of(files, rules=ALL, touched=frozenset({"x"})).untested == {}


def test_one_that_is_too_large_is_errored_and_what_is_even_larger_is_not_looked_into():
    line = b"# a comment\n"
    told = said_of({"a.yaml": TWO.encode() + line * 500_000, "b.json": b" " * ((32 << 20) + 1)}, rules=ALL)
    assert list(told.errored) == ["a.yaml"]
    assert list(told.untested) == ["b.json"]


def test_a_shape_that_is_none_is_no_trouble():
    for spec in (1, [], "x", {"containers": 1}, {"containers": [1, {"env": {"a": 1}, "image": 5}], "volumes": "x"}):
        assert "web.yaml" not in said(thing("Pod", {"spec": spec})).errored


@pytest.mark.parametrize(
    "piece",
    ["---\n", "a: &a\n", "- ", "\n", ",   ", "{", "kind: ", "? ", "'", "---\nkind: A\napiVersion: a\n", "a: *a\n"],
)
def test_a_large_file_takes_time_by_its_length(piece: str):
    started = monotonic()
    said("apiVersion: v1\nkind: Pod\n" + piece * (1_000_000 // len(piece)))
    assert monotonic() - started < HANGS


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
