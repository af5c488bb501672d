"""What it takes to judge an image of 710 packages, as a Markdown table.

    python benchmarks/security.py images

The image is made here, in a temporary folder: Debian 12 with 710 packages of 40 files each, most of them programs and
data, a tenth texts, and an application of texts in a layer of its own. Each figure is a whole `sluicegate check` in a
fresh process, start included, the median of five; processor time stands beside, for machines that others use too. The
bare read is `tarfile` alone, which goes through the members of the same layers in the same process and looks at none.
Wanted: at most 3 s.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import random
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from pathlib import Path

from security_dependencies import processor

PACKAGES, FILES, APPLICATION, ROUNDS = 710, 40, 2_000, 5
WORDS = [f"word{number}" for number in range(3_000)]


def main() -> None:
    print("| 710 packages, as | size | files | whole check | of the processor | the gate in it | bare read | ratio |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    layers = made()
    files = sum(sum(1 for _ in opened(layer)) for layer in layers)
    for name, packed in (("`docker save`", False), ("OCI, gzip", True)):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            blobs = project(root, [gzip.compress(one, 6, mtime=0) for one in layers] if packed else layers, layers)
            wall, spent, gate = measured(root)
            bare = min(read(blobs) for _ in range(3))
            size = sum(map(len, blobs)) / 1e6
            ratio = gate / bare
            print(
                f"| {name} | {size:.0f} MB | {files:,} | {wall:.2f} s | {spent:.2f} s | {gate:.2f} s | {bare:.2f} s | "
                f"{ratio:.1f} |"
            )


def made() -> list[bytes]:
    """Two layers: the distribution, and an application on it."""
    chance = random.Random(1)  # noqa: S311 - nobody guesses at a benchmark
    noise = chance.randbytes(4 << 20)
    files: dict[str, bytes] = {"etc/os-release": b'ID=debian\nVERSION_ID="12"\n'}
    status = []
    for number in range(PACKAGES):
        name = f"package-{number}"
        status.append(
            f"Package: lib{name}\nStatus: install ok installed\nSource: {name}\nVersion: 1.{number}-1+deb12u2\n"
            f"Description: {text(chance, 40)}\n"
        )
        for at in range(FILES):
            start = chance.randrange(3 << 20)
            length = int(chance.lognormvariate(8, 1.5)) % (1 << 20)
            if at % 10:
                files[f"usr/lib/x86_64/{name}/{at}.so"] = b"\x7fELF\0" + noise[start : start + length]
            else:
                files[f"etc/{name}/{at}.conf"] = text(chance, min(length // 8, 4_000)).encode()
        files[f"var/lib/dpkg/info/lib{name}.list"] = "\n".join(list(files)[-FILES:]).encode()
    files["var/lib/dpkg/status"] = "\n".join(status).encode()
    application = {f"app/source/{at}.py": text(chance, chance.randrange(800)).encode() for at in range(APPLICATION)}
    return [tarred(files), tarred(application)]


def text(chance: random.Random, count: int) -> str:
    return " ".join(chance.choices(WORDS, k=count))


def tarred(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for path, content in files.items():
            info = tarfile.TarInfo(path)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return stream.getvalue()


def opened(blob: bytes) -> tarfile.TarFile:
    return tarfile.open(fileobj=io.BytesIO(blob), mode="r|*")


def read(blobs: list[bytes]) -> float:
    started = time.perf_counter()
    for blob in blobs:
        for _ in opened(blob):
            pass
    return time.perf_counter() - started


def project(root: Path, blobs: list[bytes], plain: list[bytes]) -> list[bytes]:
    """A repository with settings, and the image beside it: layers packed as they are given, in one archive."""
    digests = [f"sha256:{hashlib.sha256(one).hexdigest()}" for one in plain]
    config = {"os": "linux", "config": {"User": "10001"}, "rootfs": {"type": "layers", "diff_ids": digests}}
    files: dict[str, bytes] = {}

    def blob(content: bytes) -> dict[str, object]:
        name = hashlib.sha256(content).hexdigest()
        files[f"blobs/sha256/{name}"] = content
        return {"digest": f"sha256:{name}", "size": len(content)}

    listed = [{"mediaType": "application/vnd.oci.image.layer.v1.tar", **blob(one)} for one in blobs]
    manifest = blob(json.dumps({"config": blob(json.dumps(config).encode()), "layers": listed}).encode())
    files["index.json"] = json.dumps({"manifests": [manifest]}).encode()
    work = root / "work"
    work.mkdir()
    (root / "image.tar").write_bytes(tarred(files))
    database(root / "all.zip")
    settings = {"kinds": ["images"], "images": ["../image.tar"], "advisories": "../all.zip", "max-advisory-age": 36500}
    told = "\n".join(f"{key} = {json.dumps(value)}" for key, value in settings.items())
    (work / "sluicegate.toml").write_text(f"[security]\n{told}\n")
    git = ["git", "-C", str(work), "-c", "user.name=Test", "-c", "user.email=test@example.com"]
    for words in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-qm", "The settings"]):
        subprocess.run([*git, *words], check=True)
    return blobs


def database(path: Path) -> None:
    """30,000 advisories on packages of Debian 12, some of which the image has."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        for number in range(30_000):
            document = {
                "id": f"GEN-{number}", "modified": "2026-11-01T00:00:00Z", "upstream": [f"CVE-2026-{number}"],
                "affected": [
                    {
                        "package": {"ecosystem": "Debian:12", "name": f"package-{number % 5_000}"},
                        "ranges": [
                            {
                                "type": "ECOSYSTEM",
                                "events": [{"introduced": "0"}, {"fixed": f"1.{number % 900}-1+deb12u{number % 4}"}],
                            }
                        ],
                    }
                ],
            }  # fmt: skip
            file.writestr(f"GEN-{number}.json", json.dumps(document))


def measured(root: Path) -> tuple[float, float, float]:
    """The median of a whole check, of its processor time, and of the gate in it, in seconds; the first makes caches."""
    environ = {**os.environ, "SLUICEGATE_CACHE": str(root / "cache")}
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-P", "-m", "sluicegate.cli.main", "check", "--gate", "security", "--report", "json=-"]
    figures = []
    for _ in range(ROUNDS + 1):
        started, before = time.perf_counter(), processor()
        done = subprocess.run(command, cwd=root / "work", env=environ, check=False, capture_output=True, text=True)
        seconds, spent = time.perf_counter() - started, processor() - before
        if done.returncode > 1:
            sys.exit(f"sluicegate ended with {done.returncode}: {done.stderr or done.stdout[-2000:]}")
        [gate] = json.loads(done.stdout)["gates"]
        if not gate["findings"]:
            sys.exit("no package of the image was found to be vulnerable: nothing was measured")
        figures.append((seconds, spent, gate["seconds"]))
    wall, processors, gates = zip(*figures[1:], strict=True)
    return statistics.median(wall), statistics.median(processors), statistics.median(gates)


if __name__ == "__main__":
    main()
