"""Write the lock file for a version of Kafka: `python -m streams.local.relock VERSION > kafka-jars.lock`.

The jars are the compile and run-time dependencies of `kafka_2.13`, and the binding of SLF4J to the version of
log4j-core that Kafka names (Kafka's own distribution adds it too). The binding is not given to the resolver: jgo takes
each input for a bill of materials, and log4j's would replace kafka-clients by an older one.
"""

import hashlib
import sys
import tempfile
from pathlib import Path

from streams.local.jars import Jar, repositories


def lock_text(version: str) -> str:
    """The text of the lock file for a version of Kafka, with checksums of what the repositories serve now."""
    from jgo.maven import Dependency, MavenContext  # noqa: PLC0415  an optional extra

    with tempfile.TemporaryDirectory(prefix="newstape-relock-") as place:
        context = MavenContext(repo_cache=Path(place), remote_repos=repositories(), timeout=30)
        kafka = context.project("org.apache.kafka", "kafka_2.13").at_version(version).artifact()
        inputs, transitive = context.resolver.resolve([Dependency(kafka, scope="compile")])
        artifacts = [each.artifact for each in (*inputs, *transitive) if each.scope in {"compile", "runtime"}]
        log4j = next(each.version for each in artifacts if each.artifactId == "log4j-core")
        binding = context.project("org.apache.logging.log4j", "log4j-slf4j-impl").at_version(log4j)
        jars = [
            Jar(
                group=each.groupId,
                artifact=each.artifactId,
                version=each.version,
                sha256=hashlib.sha256(each.resolve().read_bytes()).hexdigest(),
            )
            for each in (*artifacts, binding.artifact())
        ]
    lines = sorted(f"{jar.coordinate} {jar.sha256}" for jar in jars)
    head = f"# The jars of Apache Kafka {version}, written by streams.local.relock: group:artifact:version sha256\n"
    return head + "".join(line + "\n" for line in lines)


if __name__ == "__main__":
    sys.stdout.write(lock_text(sys.argv[1]))
