"""The Kubernetes manifests as they are applied: rendered as kustomize does, for those of its features that they use.

Where kustomize or kubectl is installed a test holds what is rendered here against theirs.
"""

import base64
import copy
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import yaml

MANIFESTS: Final = Path(__file__).parents[1] / "deploy" / "kubernetes"
OVERLAYS: Final = tuple(sorted(path.parent.name for path in MANIFESTS.glob("overlays/*/kustomization.yaml")))

_FEATURES: Final = {"apiVersion", "kind", "namespace", "resources", "labels", "images", "patches"} | {
    "configMapGenerator",
    "secretGenerator",
    "configurations",
}
_POD: Final = "spec/template/spec"
# Where core objects name what is generated: kustomize's own list, as far as these manifests go.
_REFERENCES: Final = (
    ("ConfigMap", None, f"{_POD}/containers/envFrom/configMapRef/name"),
    ("Secret", None, f"{_POD}/containers/envFrom/secretRef/name"),
    ("Secret", None, f"{_POD}/containers/env/valueFrom/secretKeyRef/name"),
    ("Secret", None, f"{_POD}/volumes/secret/secretName"),
)
_HASH: Final = re.compile(r"-[a-z0-9]{10}$")

Node = Any
"""What YAML holds: objects, lists, scalars."""


class UnknownFeatureError(ValueError):
    """A kustomization asks for what is not rendered here."""


def copied(to: Path, credentials: str, authority: str) -> Path:
    """The manifests in a folder of the test's own, with the files that an operator puts beside them."""
    folder = to / "kubernetes"
    shutil.copytree(MANIFESTS, folder)
    for overlay in folder.glob("overlays/*"):
        for generator in _kustomization(overlay).get("secretGenerator", []):
            for name in generator.get("envs", ()):
                (overlay / name).write_text(credentials)
            for name in generator.get("files", ()):
                (overlay / name).write_text(authority)
    return folder


def by_kustomize(folder: Path) -> list[Node] | None:
    """What kustomize itself makes of a folder, or null where it is not installed."""
    path = os.pathsep.join((os.environ.get("PATH", os.defpath), str(Path.home() / "go" / "bin")))
    commands = (("kustomize", "build"), ("kubectl", "kustomize"))
    command = next(([found, verb] for name, verb in commands if (found := shutil.which(name, path=path))), None)
    if command is None:
        return None
    done = subprocess.run([*command, folder], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return list(yaml.safe_load_all(done.stdout))


def without_hashes(objects: list[Node]) -> dict[tuple[str, str], Node]:
    """The objects by kind and name, with no hash at the end of the names that are generated and secrets in one line."""
    generated = [one["metadata"]["name"] for one in objects if one["kind"] in {"ConfigMap", "Secret"}]
    text = json.dumps(objects)
    for name in generated:
        text = text.replace(f'"{name}"', f'"{_HASH.sub("", name)}"')
    found = {(one["kind"], one["metadata"]["name"]): one for one in json.loads(text)}
    for (kind, _), one in found.items():
        if kind == "Secret":  # kustomize wraps base64
            one["data"] = {key: "".join(value.split()) for key, value in one["data"].items()}
    return found


def rendered(folder: Path) -> list[Node]:
    """What is applied. Raises UnknownFeatureError."""
    built = _built(folder)
    for one in built.objects:
        if one["kind"] in {"ConfigMap", "Secret"}:
            one["metadata"]["name"] += "-" + sha256(json.dumps(one, sort_keys=True).encode()).hexdigest()[:10]
    names = {(one["kind"], _HASH.sub("", (name := one["metadata"]["name"]))): name for one in built.objects}
    for generated, kind, path in (*_REFERENCES, *built.references):
        for one in built.objects:
            if kind in {None, one["kind"]}:
                for holder, key in _holders(one, path.split("/")):
                    holder[key] = names.get((generated, holder[key]), holder[key])
    return built.objects


@dataclass
class _Built:
    """Objects, and where objects of other kinds name what is generated: kind that is named, kind of object, path."""

    objects: list[Node] = field(default_factory=list)
    references: list[tuple[str, str | None, str]] = field(default_factory=list)


def _kustomization(folder: Path) -> Node:
    return yaml.safe_load((folder / "kustomization.yaml").read_text())


def _built(folder: Path) -> _Built:
    asked = _kustomization(folder)
    if unknown := set(asked) - _FEATURES:
        raise UnknownFeatureError(f"{folder}: {', '.join(sorted(unknown))}")
    built = _Built()
    for name in asked["resources"]:
        if (folder / name).is_dir():
            inner = _built(folder / name)
            built.objects += inner.objects
            built.references += inner.references
        else:
            built.objects += yaml.safe_load_all((folder / name).read_text())
    for kind, generators in (("ConfigMap", "configMapGenerator"), ("Secret", "secretGenerator")):
        for generator in asked.get(generators, []):
            _generate(built.objects, kind, generator, folder)
    for patch in asked.get("patches", []):
        _patch(built.objects, patch)
    for one in built.objects:
        _transform(one, asked)
    for name in asked.get("configurations", []):
        for reference in yaml.safe_load((folder / name).read_text())["nameReference"]:
            built.references += [(reference["kind"], spec["kind"], spec["path"]) for spec in reference["fieldSpecs"]]
    return built


def _generate(objects: list[Node], kind: str, generator: Node, folder: Path) -> None:
    if unknown := set(generator) - {"name", "behavior", "literals", "envs", "files"}:
        raise UnknownFeatureError(f"{kind}: {', '.join(sorted(unknown))}")
    lines = [*generator.get("literals", ())]
    for name in generator.get("envs", ()):
        lines += [line for line in (folder / name).read_text().splitlines() if line and not line.startswith("#")]
    data = dict(line.split("=", 1) for line in lines)
    data |= {name: (folder / name).read_text() for name in generator.get("files", ())}
    made: Node = {"apiVersion": "v1", "kind": kind, "metadata": {"name": generator["name"]}}
    if kind == "Secret":
        made["type"] = "Opaque"
        data = {name: base64.b64encode(value.encode()).decode() for name, value in data.items()}
    if generator.get("behavior") == "merge":
        (made,) = (one for one in objects if (one["kind"], one["metadata"]["name"]) == (kind, generator["name"]))
    else:
        objects.append(made)
    made["data"] = made.get("data", {}) | data


def _patch(objects: list[Node], patch: Node) -> None:
    """RFC 6902, as far as members are added, replaced and removed."""
    target = patch["target"]
    (patched,) = (one for one in objects if (one["kind"], one["metadata"]["name"]) == (target["kind"], target["name"]))
    for operation in yaml.safe_load(patch["patch"]):
        if not isinstance(operation, dict) or operation.get("op") not in {"add", "replace", "remove"}:
            raise UnknownFeatureError(f"patch of {target['name']}: {operation}")
        *parents, last = operation["path"].split("/")[1:]
        holder = patched
        for part in parents:
            holder = holder[int(part) if isinstance(holder, list) else part]
        _operate(holder, last, operation)


def _operate(holder: Node, last: str, operation: Node) -> None:
    value = copy.deepcopy(operation.get("value"))
    if isinstance(holder, list):
        if (operation["op"], last) != ("add", "-"):
            raise UnknownFeatureError(f"patch: {operation}")
        holder.append(value)
    elif operation["op"] == "remove":
        del holder[last]
    else:
        assert operation["op"] == "add" or last in holder, operation
        holder[last] = value


def _transform(one: Node, asked: Node) -> None:
    metadata = one["metadata"]
    if "namespace" in asked:
        metadata["name" if one["kind"] == "Namespace" else "namespace"] = asked["namespace"]
    for label in asked.get("labels", []):
        if set(label) != {"pairs"}:
            raise UnknownFeatureError("labels that go anywhere but into an object's own")
        metadata["labels"] = metadata.get("labels", {}) | label["pairs"]
    for image in asked.get("images", []):
        for holder, key in _holders(one, f"{_POD}/containers/image".split("/")):
            if holder[key] == image["name"]:
                holder[key] = f"{image['name']}:{image['newTag']}"


def _holders(node: Node, path: list[str]) -> Iterator[tuple[Node, str]]:
    """Every object that holds the last part of the path, lists on the way gone through, and that part."""
    if isinstance(node, list):
        for element in node:
            yield from _holders(element, path)
    elif isinstance(node, dict) and path[0] in node:
        if len(path) == 1:
            yield node, path[0]
        else:
            yield from _holders(node[path[0]], path[1:])
