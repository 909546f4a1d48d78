"""Make .venv ready: the packages of requirements-dev.lock, and this checkout, editable.

Called by the Makefile with the Python to use. Standard library only, and written so that an old Python can read it
far enough to say that it is too old. Quick when nothing is to do: .venv/.ready holds the checkout's own path and a
digest of the lock and of pyproject.toml, and only a change of those starts pip again.
"""

import hashlib
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
READY = VENV / ".ready"
LOG = VENV / "set_up.log"
LOCK = ROOT / "requirements-dev.lock"
OLDEST = (3, 11)

# Run by the environment's own Python: is every package of the lock there, in its version, and this checkout too?
CHECK = """
import re, sys
from importlib.metadata import PackageNotFoundError, distribution
from packaging.requirements import Requirement
lines = [line.strip().rstrip(" \\\\") for line in open(sys.argv[1]) if re.match(r"[A-Za-z0-9]", line)]
wanted = [item for item in map(Requirement, lines) if item.marker is None or item.marker.evaluate()]
for item in wanted:
    try:
        if distribution(item.name).version not in item.specifier:
            sys.exit(f"{item.name}: another version")
    except PackageNotFoundError:
        sys.exit(f"{item.name} is missing")
if sys.argv[2] not in (distribution("broadsheet").read_text("direct_url.json") or ""):
    sys.exit("broadsheet is of another checkout")
"""


def main():
    """Make the environment ready, or say in one line what is missing."""
    if sys.version_info < OLDEST:
        version = ".".join(str(part) for part in sys.version_info[:3])
        stop(f"Python 3.11 or newer is needed and {sys.executable} is {version}.", "python3.11 python3.11-venv")
    wanted = [str(ROOT), digest()]
    found = read(READY).split("\n")
    moved = found[0] not in ("", str(ROOT))
    if found == wanted and works():
        return
    if moved or not (works() and complete()):
        make_venv(anew=moved or not works())
        install()
    READY.write_text("\n".join(wanted))


def digest():
    """Sha256 of the lock and of pyproject.toml: what the environment is made from."""
    content = hashlib.sha256()
    for name in ("requirements-dev.lock", "pyproject.toml"):
        content.update((ROOT / name).read_bytes())
    return content.hexdigest()


def read(path):
    """The text of a file, empty when it is not there."""
    try:
        return path.read_text()
    except OSError:
        return ""


def works():
    """The environment has a Python that starts."""
    try:
        return subprocess.run([PYTHON, "-c", ""], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def complete():
    """The environment already has everything (somebody made it by other means)."""
    check = [PYTHON, "-c", CHECK, LOCK, ROOT]
    return subprocess.run(check, capture_output=True, check=False).returncode == 0


def has(module):
    """This Python has that module, and it can be imported."""
    return subprocess.run([sys.executable, "-c", "import " + module], capture_output=True, check=False).returncode == 0


def make_venv(anew):
    """A virtual environment in .venv; with Debian's python3 but not its python3-venv, one without a pip of its own."""
    if not anew:
        return
    print("Making a virtual environment in .venv ...", flush=True)
    if not (has("venv") and (has("ensurepip") or has("pip"))):
        stop("This Python can make no virtual environment: it has neither ensurepip nor pip.", "python3-venv")
    shutil.rmtree(VENV, ignore_errors=True)
    command = [sys.executable, "-m", "venv", VENV] + ([] if has("ensurepip") else ["--without-pip"])
    made = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if made.returncode:
        print(made.stdout.decode("utf-8", "replace"), file=sys.stderr)
        stop("The virtual environment could not be made; the lines above say why.", "python3-venv")


def pip():
    """The command that installs into .venv: its own pip, or this Python's."""
    own = subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0
    if not own and not has("pip"):
        stop("There is no pip, neither in .venv nor in " + sys.executable, "python3-pip")
    return [PYTHON, "-m", "pip"] if own else [sys.executable, "-m", "pip", "--python", PYTHON]


def install():
    """The locked packages, each checked by its hash, then this checkout as an editable package."""
    packages = sum(1 for line in read(LOCK).split("\n") if line[:1].isalnum())
    print(f"Installing some {packages} packages (about 800 MB; a minute or two, once) ...", flush=True)
    start = time.time()
    command = [*pip(), "install", "--no-input", "--disable-pip-version-check", "--no-warn-script-location"]
    with LOG.open("w") as log:
        follow([*command, "--require-hashes", "-r", LOCK], log)
        follow([*command, "--quiet", "--no-deps", "--no-build-isolation", "-e", ROOT], log)
    print(f"Ready after {time.time() - start:.0f} s.", flush=True)


def follow(command, log):
    """Run pip, its lines into the log, a sign of life every 25 packages; stop with its last lines when it fails."""
    seen = 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL) as run:
        for raw in run.stdout:
            line = raw.decode("utf-8", "replace")
            log.write(line)
            seen += line.startswith("Collecting ")
            if line.startswith("Collecting ") and seen % 25 == 0:
                print(f"  {seen} packages ...", flush=True)
            elif line.startswith("Installing collected"):
                print("  unpacking ...", flush=True)
    if run.returncode:
        log.flush()
        print("\n".join(read(LOG).splitlines()[-15:]), file=sys.stderr)
        stop(
            "pip could not install the packages; the lines above are its last, .venv/set_up.log has all. Without a\n"
            "network, or behind a proxy, pip needs its own settings (PIP_INDEX_URL, PIP_PROXY). Then run make again.",
            None,
        )


def stop(problem, package):
    """Say what is wrong and what helps, and end."""
    remedy = "\nOn Debian and Ubuntu: sudo apt install " + package if package else ""
    sys.exit("make: " + problem + remedy)


main()
