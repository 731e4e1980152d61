"""What a Kubernetes cluster makes of objects: the pods of a selector, the variables of a container, and the connections
that a network policy lets through.
"""

import base64
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Node = Any
"""What YAML holds: objects, lists, scalars."""
Labels = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Peer:
    """The other end of a connection: a pod with its labels and those of its namespace, or null for no pod."""

    labels: Labels | None
    namespace: str = ""
    namespace_labels: Labels | None = None


@dataclass(frozen=True)
class Cluster:
    """The objects that are applied."""

    objects: list[Node]

    def of(self, kind: str) -> list[Node]:
        """Every object of a kind."""
        return [one for one in self.objects if one["kind"] == kind]

    def only(self, kind: str, name: str | None = None) -> Node:
        """The one object of a kind, or of a kind and a name."""
        (found,) = (one for one in self.of(kind) if name in {None, one["metadata"]["name"]})
        return found

    def pods(self) -> dict[str, Node]:
        """Templates of pods by the component that their label names."""
        templates = [one["spec"]["template"] for one in self.objects if "template" in one.get("spec", {})]
        return {template["metadata"]["labels"]["app.kubernetes.io/component"]: template for template in templates}

    def selected(self, selector: Labels) -> set[str]:
        """Components whose pods bear these labels."""
        return {name for name, pod in self.pods().items() if selects(selector, pod["metadata"]["labels"])}

    def keys(self, kind: str, name: str) -> dict[str, str]:
        """What a config map or a secret holds; KeyError where nobody makes it."""
        held = {one["metadata"]["name"]: one for one in self.of(kind)}[name]["data"]
        return held if kind == "ConfigMap" else {key: base64.b64decode(value).decode() for key, value in held.items()}

    def environment(self, container: Node, pod: Labels) -> dict[str, str]:
        """The variables of a container, of a pod whose fields are given by their paths."""
        found: dict[str, str] = {}
        for source in container.get("envFrom", ()):
            ((reference, named),) = source.items()
            found |= self.keys({"configMapRef": "ConfigMap", "secretRef": "Secret"}[reference], named["name"])
        for variable in container.get("env", ()):
            found[variable["name"]] = self._value(variable, pod, found)
        return found

    def _value(self, variable: Node, pod: Labels, before: Labels) -> str:
        source = variable.get("valueFrom", {})
        if "fieldRef" in source:
            return pod[source["fieldRef"]["fieldPath"]]
        if "secretKeyRef" in source:
            return self.keys("Secret", source["secretKeyRef"]["name"])[source["secretKeyRef"]["key"]]
        # A variable that is not defined before this one is left as it is written.
        return re.sub(r"\$\((\w+)\)", lambda match: before.get(match[1], match[0]), variable["value"])

    def files(self, pod: Node, container: Node) -> dict[str, str]:
        """Files that are mounted from secrets, by their paths, with what they hold."""
        secrets = {
            volume["name"]: volume["secret"]["secretName"] for volume in pod["spec"]["volumes"] if "secret" in volume
        }
        mounts = [mount for mount in container["volumeMounts"] if mount["name"] in secrets]
        return {
            f"{mount['mountPath']}/{key}": value
            for mount in mounts
            for key, value in self.keys("Secret", secrets[mount["name"]]).items()
        }

    def lets_out(self, peer: Peer, port: int, protocol: str = "TCP") -> bool:
        """Whether the policy lets its pods connect there."""
        return self._lets(self.only("NetworkPolicy"), "egress", "to", peer, (port, protocol))

    def lets_in(self, peer: Peer, port: int, protocol: str = "TCP") -> bool:
        """Whether the policy lets its pods be reached from there."""
        return self._lets(self.only("NetworkPolicy"), "ingress", "from", peer, (port, protocol))

    def _lets(self, policy: Node, way: str, peers: str, peer: Peer, port: tuple[int, str]) -> bool:
        home = policy["metadata"].get("namespace", "")
        return any(
            port in {(given["port"], given["protocol"]) for given in rule["ports"]}
            and (peers not in rule or any(_is_peer(given, peer, home) for given in rule[peers]))
            for rule in policy["spec"][way]
        )


def selects(selector: Labels, labels: Labels) -> bool:
    """Whether labels hold every pair of a selector."""
    return selector.items() <= labels.items()


def _is_peer(given: Node, peer: Peer, home: str) -> bool:
    if unknown := set(given) - {"podSelector", "namespaceSelector"}:
        raise ValueError(f"not known: {unknown}")
    if peer.labels is None:
        return False
    if "namespaceSelector" in given:
        there = selects(given["namespaceSelector"].get("matchLabels", {}), peer.namespace_labels or {})
    else:
        there = peer.namespace == home
    return there and selects(given.get("podSelector", {}).get("matchLabels", {}), peer.labels)


def found_in(node: Node, key: str) -> Iterator[Node]:
    """Every value that has this key, however deep it is."""
    if isinstance(node, dict):
        for name, value in node.items():
            if name == key:
                yield value
            yield from found_in(value, key)
    elif isinstance(node, list):
        for element in node:
            yield from found_in(element, key)
