"""Repositories whose pages are opened in a browser."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from dmlint.cli import run

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[2]
PIN = "RUN /isaac-sim/python.sh -m pip install 'numpy<2'\n"
HOSTILE = {
    '"><img src=x onerror=alert(1)>/Dockerfile': (
        "FROM javascript:alert(1) AS sim\n"
        "# </code></td></tr></table><script>alert(2)</script><style>*{display:none}</style>\n"
        "RUN '/opt/<b>v</b>/bin/pip' install 'numpy>=1.26' '{{ 7*7 }}{% raw %}'\n"
        "COPY --from=isaac-sim:5.1.0 /a\u202eb /c\n"
    ),
    "&lt;svg onload=alert(3)&gt;/requirements.txt": "numpy # ]]><!-- \x1b[31m <a href='//evil.example'>x</a>\n",
    "compose.yml": "services: {'<u>s</u>': {build: './\"><img src=x onerror=alert(1)>'}}\n",
}
UNKNOWN = "FROM isaac-sim:5.0.0 AS lab\nARG V\nRUN /isaac-sim/python.sh -m pip install numpy==$V\n"


def write(root: Path, files: Mapping[str, str]) -> None:
    """Write a tree."""
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


def mixed(root: Path) -> None:
    """The workspace of README, its clean twin, and what cannot be judged."""
    for name in ("robot-workspace", "robot-workspace-clean", "isaac-lab-docker"):
        shutil.copytree(ROOT / "fixtures" / name, root / name)
    write(root, {"lab/Dockerfile": UNKNOWN})


def large(root: Path) -> None:
    """Sixty environments and more than two hundred findings."""
    faults = "".join(
        f"RUN /isaac-sim/python.sh -m pip install 'numpy>=1.{20 + at}' scipy==1.{at}.0\n" for at in range(4)
    )
    for number in range(60):
        lines = "".join(f"RUN echo a line that does nothing of interest {at}\n" for at in range(120))
        write(root, {f"images/number-{number}/Dockerfile": f"FROM isaac-sim:5.0.0 AS s{number}\n{PIN}{lines}{faults}"})


def make_page(root: Path, form: str = "html") -> Path:
    """The page of a tree."""
    page = root / f"page.{form}"
    run(["matrix", str(root), "--isolated", "--output-format", f"{form}:{page}"])
    return page
