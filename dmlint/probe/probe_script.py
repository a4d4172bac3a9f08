"""The program that `dmlint env` feeds to an interpreter: it says what is in its environment, and changes nothing.

Standard library alone, and nothing newer than Python 3.7; it is read as text, never imported by dmlint.
"""

from __future__ import annotations

import sys

if sys.path[:1] == [""]:
    # The working directory is no part of the environment, and what stands in it is not to be run.
    del sys.path[0]

import glob
import json
import os
import platform
import re
import shutil
import signal
import subprocess
import sysconfig
import threading

# In two parts, so that a program that only prints what it is given gives no answer.
START, END = "<<<" + "dmlint-answer", "dmlint-answer" + ">>>"
MOST_TEXT, MOST_BYTES, MOST_ENTRIES = 4000, 200000, 20000
VERSION = re.compile(
    r"""^(?:full_)?version\b[^=\n]*=\s*["'](\d[^"'\n]*)["']|"version":\s*"(\d[^"\n]*)\"""", re.MULTILINE
)
IMPORT = """\
import sys
if sys.path[:1] == [""]: del sys.path[0]
import json, os, signal
getattr(signal, "alarm", int)(int(sys.argv[1]))
try:
    import numpy
    told = {"version": str(getattr(numpy, "__version__", "")), "file": str(getattr(numpy, "__file__", "") or "")}
    if not told["file"]: told = {"error": "what is imported is a folder called numpy with no NumPy in it"}
except BaseException as error:
    told = {"error": type(error).__name__ + ": " + str(error)[:4000]}
sys.stdout.write("\\n" + sys.argv[2] + json.dumps(told) + sys.argv[3] + "\\n")
sys.stdout.flush()
os._exit(0)
"""


def main(seconds: float) -> None:
    """Print one JSON object between two marks."""
    # In a container nobody else ends this process when the caller is gone. Windows has no alarm.
    getattr(signal, "alarm", int)(int(seconds) + 1)
    distributions = find_distributions()
    sim = find_isaac_sim()
    answer = {
        "python": platform.python_version(),
        "executable": sys.executable or "",
        "platform": sys.platform,
        "pip": has_pip(),
        "distributions": distributions,
        "copies": find_copies(sim, [sysconfig.get_paths()[key] for key in ("platlib", "purelib")]),
        "import": import_numpy(max(1.0, seconds * 0.6)),
        "isaac_sim": read_version(sim),
        "isaac_lab": read_version(find_isaac_lab(distributions)),
        "cuda": read_cuda(),
        "driver": ask_driver(seconds * 0.1),
        "uv": ask_uv(seconds * 0.1),
    }
    sys.stdout.write("\n" + START + json.dumps(answer) + END + "\n")
    sys.stdout.flush()


def read(path: str) -> str:
    """The first part of a text file; empty where there is none."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read(MOST_BYTES)
    except (OSError, ValueError):
        return ""


def names(folder: str) -> list[str]:
    """What stands in a folder, in order; nothing where it cannot be looked at."""
    try:
        return sorted(os.listdir(folder))[:MOST_ENTRIES]
    except (OSError, ValueError):
        return []


def find_distributions() -> list[dict[str, object]]:
    """What is installed, the first of a name only."""
    found: dict[str, dict[str, object]] = {}
    for folder in sys.path:
        for name in names(folder):
            if name.endswith((".dist-info", ".egg-info")):
                entry = read_distribution(folder, name)
                found.setdefault(re.sub(r"[-_.]+", "-", str(entry["name"])).lower(), entry)
    return [entry for name, entry in sorted(found.items()) if name]


def read_distribution(folder: str, name: str) -> dict[str, object]:
    """What one installed package says of itself, and where an editable one comes from."""
    place = os.path.join(folder, name)
    text = read(os.path.join(place, "METADATA")) or read(os.path.join(place, "PKG-INFO")) or read(place)
    headers = re.split(r"\r?\n\r?\n", text, maxsplit=1)[0]
    fields = re.findall(r"^(Name|Version|Requires-Dist):[ \t]*(.*?)\r?$", headers, re.MULTILINE)
    said = dict(reversed(fields))
    needs = [value for key, value in fields if key == "Requires-Dist" and re.match(r"numpy(?![\w.-])", value, re.I)]
    # What an extra asks for need not be there; `numpy (>=1.14)` is how it was written once.
    needs = [value for value in needs if not re.search(r"\bextra\b", value.partition(";")[2])]
    needs = [re.sub(r"^(\w+)\s*\(([^)]*)\)", r"\1\2", value) for value in needs]
    url = re.search(r'"url":\s*"file://([^"]*)"', read(os.path.join(place, "direct_url.json")))
    return {
        "name": said.get("Name", ""),
        "version": said.get("Version", ""),
        "folder": folder,
        "needs": needs[:20],
        "origin": url.group(1) if url else "",
    }


def find_copies(sim: str, installs: list[str]) -> list[dict[str, object]]:
    """Each NumPy on sys.path, in order, then those that Isaac Sim's Kit puts there when it starts.

    One is replaceable where a folder that pip installs into is its own or comes before it.
    """
    copies: list[dict[str, object]] = []
    real = [os.path.realpath(folder) for folder in sys.path]
    reached = min([real.index(folder) for folder in map(os.path.realpath, installs) if folder in real] or [len(real)])
    seen: set[str] = set()
    for index, folder in enumerate(sys.path):
        if real[index] not in seen and os.path.exists(os.path.join(folder, "numpy", "__init__.py")):
            copies.append(describe_copy(folder, "path", reached <= index))
        seen.add(real[index])
    for kind in ("exts", "extscache", "extsDeprecated", "kit/exts", "kit/extscore", "kit/extscache") if sim else ():
        for folder in sorted(glob.glob(os.path.join(glob.escape(sim), kind, "*", "pip_prebundle"))):
            if os.path.realpath(folder) not in seen and os.path.exists(os.path.join(folder, "numpy", "__init__.py")):
                copies.append(describe_copy(folder, "kit", False))
    return copies[:50]


def describe_copy(folder: str, where: str, replaceable: bool) -> dict[str, object]:
    """One copy; its version is read, not run."""
    texts = (read(os.path.join(folder, "numpy", name)) for name in ("version.py", "_version.py"))
    match = next((match for match in map(VERSION.search, texts) if match), None)
    version = (match.group(1) or match.group(2)) if match else ""
    return {"folder": folder, "version": version, "where": where, "replaceable": replaceable}


def import_numpy(seconds: float) -> dict[str, object]:
    """What `import numpy` comes to, in a process of its own: it may crash or never end."""
    command = [sys.executable, "-B", "-c", IMPORT, str(int(seconds) + 1), START, END]
    code, text, late = run(command, seconds)
    match = re.search(re.escape(START) + "(.*)" + re.escape(END), text)
    if match:
        told: dict[str, object] = json.loads(match.group(1))
        return told
    if late or (code is not None and code == -getattr(signal, "SIGALRM", 0)):
        return {"error": "it does not end within %d seconds" % seconds}
    return {"error": "the interpreter dies (%s)" % describe_end(code), "text": text[-MOST_TEXT:]}


def describe_end(code: int | None) -> str:
    """``SIGSEGV`` or ``exit code 3``."""
    if code is not None and code < 0:
        try:
            return signal.Signals(-code).name
        except ValueError:
            return "signal %d" % -code
    return "exit code %s" % code


def run(command: list[str], seconds: float) -> tuple[int | None, str, bool]:
    """Exit code, the first part of the output, and whether time was up."""
    try:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, bufsize=0
        )
    except (OSError, ValueError):
        return None, "", False
    late: list[bool] = []

    def stop() -> None:
        late.append(True)
        process.kill()

    timer = threading.Timer(seconds, stop)
    timer.start()
    data = b""
    with process:
        while process.stdout and len(data) < MOST_BYTES:
            part = process.stdout.read(65536)
            if not part:
                break
            data += part
        if len(data) >= MOST_BYTES:
            process.kill()
    timer.cancel()
    return process.returncode, data.decode("utf-8", "replace"), bool(late)


def has_pip() -> bool:
    """Whether this interpreter has a pip of its own."""
    return any(os.path.exists(os.path.join(folder, "pip", "__main__.py")) for folder in sys.path)


def find_isaac_sim() -> str:
    """The folder of the Isaac Sim that this interpreter belongs to; empty if there is none."""
    own = os.path.dirname(os.path.abspath(sys.executable or os.sep))
    # `kit/python/bin/python3`, and on Windows `kit/python/python.exe`.
    kits = [folder for folder in (own, os.path.dirname(own)) if folder.endswith(os.path.join("kit", "python"))]
    roots = [os.path.dirname(os.path.dirname(folder)) for folder in kits]
    packaged = [os.path.join(folder, "isaacsim") for folder in sys.path]
    for folder in [os.environ.get("ISAAC_PATH", ""), *roots, *packaged]:
        if folder and any(os.path.isdir(os.path.join(folder, name)) for name in ("exts", "extscache")):
            return folder
    return ""


def find_isaac_lab(distributions: list[dict[str, object]]) -> str:
    """The checkout that an installed Isaac Lab comes from: its package has a version of its own."""
    origin = next((str(entry["origin"]) for entry in distributions if entry["name"] == "isaaclab"), None)
    if origin is None:
        return ""
    above = [origin, os.path.dirname(origin), os.path.dirname(os.path.dirname(origin))]
    folders = [*above, os.environ.get("ISAACLAB_PATH", "")]
    return next((folder for folder in folders if folder and os.path.exists(os.path.join(folder, "VERSION"))), "")


def read_version(folder: str) -> list[str]:
    """The first line of a folder's VERSION file, and the file; empty where there is none."""
    path = os.path.join(folder, "VERSION")
    text = read(path).strip() if folder else ""
    return [text.splitlines()[0][:200], path] if text else []


def read_cuda() -> list[str]:
    """The CUDA that is installed, and what says so."""
    if os.environ.get("CUDA_VERSION"):
        return [os.environ["CUDA_VERSION"], "CUDA_VERSION"]
    path = os.path.join(os.environ.get("CUDA_HOME") or "/usr/local/cuda", "version.json")
    match = re.search(r'"cuda"\s*:\s*\{[^}]*"version"\s*:\s*"([^"]+)"', read(path))
    return [match.group(1), path] if match else []


def ask_driver(seconds: float) -> list[str]:
    """The newest CUDA that the driver takes, which is not the one that is installed."""
    return ask("nvidia-smi", [], r"CUDA Version:\s*([0-9.]+)", seconds)


def ask_uv(seconds: float) -> list[str]:
    """The uv that is found on PATH, or was installed into the environment."""
    return ask("uv", ["--version"], r"^uv ([0-9][^\s]*)", seconds)


def ask(name: str, arguments: list[str], pattern: str, seconds: float) -> list[str]:
    """What a program on PATH says of its version, and where it is."""
    path = shutil.which(name) or shutil.which(name, path=os.path.dirname(sys.executable or ""))
    if not path or not os.path.isabs(path):
        return []
    match = re.search(pattern, run([path, *arguments], seconds)[1], re.MULTILINE)
    return [match.group(1), path] if match else []


if __name__ == "__main__":
    main(float(sys.argv[1]))
