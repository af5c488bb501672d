"""How much disk the base installation takes, without and with byte code, and its largest parts.

usage: python benchmarks/install_size.py [PACKAGE_OR_FOLDER]     (default: this checkout)
Wanted: at most 45 MB as installed by uv (no byte code, no pip).
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

MB = 1_000_000


def main() -> None:
    what = sys.argv[1] if len(sys.argv) > 1 else str(Path(__file__).parents[1])
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder)
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-compile", "--target", str(target), what]
        subprocess.run(pip, check=True)
        bare = _sizes(target)
        subprocess.run([sys.executable, "-m", "compileall", "-qq", str(target)], check=False)
        compiled = _sizes(target)
    print(f"base installation {sum(bare.values()) / MB:.1f} MB, with byte code {sum(compiled.values()) / MB:.1f} MB")
    ratios = [sum(sizes.values()) / MB / 45 for sizes in (bare, compiled)]
    print(f"ratio to the wanted 45 MB: {ratios[0]:.2f} (with byte code {ratios[1]:.2f})")
    for name, size in bare.most_common(8):
        print(f"  {size / MB:5.1f} MB  {name}")


def _sizes(root: Path) -> Counter[str]:
    sizes: Counter[str] = Counter()
    for path in root.rglob("*"):
        if path.is_file():
            sizes[path.relative_to(root).parts[0]] += path.stat().st_size
    return sizes


if __name__ == "__main__":
    main()
