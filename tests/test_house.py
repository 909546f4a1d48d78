"""The rules of the house that a machine can check: tools that must be clean, who may know whom, names and sizes."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import BIN, ROOT

MAX_FILE = 300
MAX_FUNCTION = 60
MAX_PARAMETERS = 8
BANNED_NAMES = {"utils", "util", "helpers", "helper", "common", "base", "manager", "managers", "core", "misc"}
TEXT_SUFFIXES = {".py", ".toml", ".md", ".lock", ".yml", ".yaml", ".cfg", ".sh", ".txt", ""}
ADDRESSES_OF_THIS_MACHINE = re.compile(
    r"(?<![\w.>])/(?:home|root|work|Users|opt|mnt)/\w|--(?:extra-)?index-url|--find-links|--trusted-host"
)
REGISTRIES = re.compile(r"pypi\.org|pythonhosted\.org|registry\.npmjs|crates\.io|index\.docker", re.I)
UNFINISHED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X|HACK)\b")


def tracked() -> list[Path]:
    """Files under version control; in a copy without git, what looks like them."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if done.returncode == 0 and done.stdout:
        return [path for name in done.stdout.decode().split("\0") if name and (path := ROOT / name).is_file()]
    folders = ("pipeline", "spiders", "tests", "bench", "docs", ".ci", "data/sample")
    return [*ROOT.glob("*.*"), *(path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file())]


FILES = tracked()
MODULES = [path for path in FILES if path.suffix == ".py"]
OURS = [path for path in MODULES if path.relative_to(ROOT).parts[0] in {"pipeline", "spiders"}]
PROSE = [
    path
    for path in FILES
    if path.suffix in TEXT_SUFFIXES and "data/sample" not in path.as_posix() and "tests/cases" not in path.as_posix()
]


def short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def lines_that_match(pattern: re.Pattern[str], files: list[Path]) -> Iterator[str]:
    for path in files:
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
            if pattern.search(line):
                yield f"{short(path)}:{number}: {line.strip()[:120]}"


@pytest.mark.parametrize(
    "command",
    [["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"], ["lint-imports", "--no-cache"]],
    ids=["ruff check", "ruff format", "mypy", "lint-imports"],
)
def test_the_tools_are_clean(command):
    done = subprocess.run([BIN / command[0], *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}:\n{done.stdout}\n{done.stderr}"


def test_the_core_opens_no_address():
    """What import-linter cannot say, because it knows no parts of packages outside."""
    pure = [path for path in OURS if {"extraction", "cleaning"} & set(path.parts) or path.name == "flow.py"]
    assert len(pure) > 20
    assert list(lines_that_match(re.compile(r"urllib\.request|urllib import request|urlopen"), pure)) == []


IMPURE = {
    *("now", "today", "utcnow", "open", "read_text", "read_bytes", "write_text", "write_bytes", "iterdir", "glob"),
    *("print", "input", "load", "save"),
}
"""Names of what asks a clock, a file or a terminal, whatever they are called on."""
LOADERS = {
    ("pipeline/extraction/model.py", "read_weights", "load"),
    ("pipeline/extraction/metadata/title.py", "weights", "read_text"),
    ("pipeline/cleaning/labels.py", "_rows", "read_text"),
    ("pipeline/cleaning/template_library.py", "templates", "iterdir"),
    ("pipeline/cleaning/template_library.py", "templates", "read_text"),
}
"""The functions of the core that read a file: the package's own weights and tables, once. File, function, call."""


def impure_calls(text: str) -> Iterator[tuple[str, str]]:
    """Each function of a module and what it calls of ``IMPURE``; at the top level the function is empty."""

    def walk(node: ast.AST, function: str) -> Iterator[tuple[str, str]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Call):
                called = child.func
                name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
                if name in IMPURE:
                    yield function, name
            inner = child.name if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) else function
            yield from walk(child, inner)

    yield from walk(ast.parse(text), "")


def test_the_core_asks_no_clock_file_or_terminal():
    pure = [path for path in OURS if {"extraction", "cleaning"} & set(path.parts) or path.name == "flow.py"]
    found = {(short(path), *call) for path in pure for call in impure_calls(path.read_text(encoding="utf-8"))}
    assert found - LOADERS == set()
    assert LOADERS - found == set(), "a loader that is no more"


@pytest.mark.parametrize(
    "code",
    [
        "x = datetime.now(UTC)",
        "date.today()",
        "with open(x) as f: pass",
        "Path(x).read_text()",
        "print(x)",
        "np.load(x)",
    ],
)
def test_what_is_not_pure_is_seen(code):
    assert list(impure_calls(f"def f(x):\n    {code}\n")), "inside a function"
    assert list(impure_calls(code)), "at the top level"


def test_there_is_something_to_check():
    assert len(OURS) > 50
    assert {short(path) for path in FILES} >= {
        "README.md",
        "Makefile",
        "pyproject.toml",
        ".ci/run",
        "requirements.lock",
    }


def test_no_module_is_called_by_a_name_that_says_nothing():
    assert [short(path) for path in OURS if BANNED_NAMES & {path.stem, *path.relative_to(ROOT).parts}] == []


def test_no_module_is_too_long():
    long = {short(path): count for path in OURS if (count := len(path.read_text().splitlines())) > MAX_FILE}
    assert long == {}, f"more than {MAX_FILE} lines"


def functions() -> Iterator[tuple[Path, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for path in OURS:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield path, node


def test_no_function_is_too_long():
    long = [
        f"{short(path)}:{node.lineno} {node.name}: {node.end_lineno - node.lineno + 1} lines"
        for path, node in functions()
        if node.end_lineno is not None and node.end_lineno - node.lineno >= MAX_FUNCTION
    ]
    assert long == []


def test_no_function_has_too_many_parameters():
    many = [
        f"{short(path)}:{node.lineno} {node.name}: {count} parameters"
        for path, node in functions()
        if (count := len([*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs])) > MAX_PARAMETERS + 1
    ]
    assert many == []


def test_nothing_is_left_unfinished():
    assert list(lines_that_match(UNFINISHED, [path for path in PROSE if path != Path(__file__)])) == []


def test_one_broad_except_in_the_whole_project():
    broad = re.compile(r"except\s*:|except\s+(?:Base)?Exception\b(?!Group)")
    found = [line for line in lines_that_match(broad, OURS) if "BaseException" not in line]
    assert len(found) <= 1, found
    # A bare re-raise after cleaning up catches nothing: it is allowed, and only so.
    for path in OURS:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.ExceptHandler)
                and isinstance(node.type, ast.Name)
                and node.type.id == "BaseException"
            ):
                last = node.body[-1]
                assert isinstance(last, ast.Raise), f"{short(path)}:{node.lineno} swallows everything"
                assert last.exc is None, f"{short(path)}:{node.lineno} swallows everything"


def test_no_address_of_a_registry_or_of_this_machine():
    files = [path for path in PROSE if path != Path(__file__)]
    assert list(lines_that_match(REGISTRIES, files)) == []
    assert list(lines_that_match(ADDRESSES_OF_THIS_MACHINE, files)) == []


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_holds_hashes_and_no_addresses(name):
    text = (ROOT / name).read_text()
    assert "://" not in text
    for entry in re.split(r"\n(?=\S)", text.strip()):
        assert re.match(r"[A-Za-z0-9._-]+==\S+", entry), entry
        assert "--hash=sha256:" in entry, entry


def test_the_lock_has_what_pyproject_asks_for():
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    builders = project["build-system"]["requires"]
    wanted = {
        "requirements.lock": [*project["project"]["dependencies"], *builders],
        "requirements-dev.lock": [
            *project["project"]["dependencies"], *project["project"]["optional-dependencies"]["dev"], *builders,
        ],
    }  # fmt: skip
    for name, requirements in wanted.items():
        locked: dict[str, set[str]] = {}
        for package, version in re.findall(r"^([\w.-]+)==(\S+)", (ROOT / name).read_text(), re.M):
            locked.setdefault(canonicalize_name(package), set()).add(version)
        for requirement in map(Requirement, requirements):
            versions = locked.get(canonicalize_name(requirement.name), set())
            assert versions, f"{requirement.name} is not in {name}: make lock"
            assert all(version in requirement.specifier for version in versions), f"{requirement} in {name}: make lock"


# Declared and not imported by the package itself, with what they are there for.
NOT_IMPORTED = {
    "trafilatura": "a peer of the benchmarks",
    "lxml-html-clean": "trafilatura cannot be imported without it, and does not say so to every pip",
}


@pytest.mark.parametrize("folder", ["package", "tests"])
def test_every_package_that_is_imported_is_declared_and_the_other_way_round(folder):
    """A package that comes only by way of another may go with it, and is not in the lock of a fresh clone."""
    from importlib.metadata import packages_distributions

    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    declared = [*project["dependencies"], *(extras["dev"] if folder == "tests" else extras.get("browser", []))]
    names = {canonicalize_name(Requirement(text).name) for text in declared}
    homes = packages_distributions()
    homes.setdefault("can_ada", ["can-ada"])  # its wheel does not say which modules it holds
    files = sorted((ROOT / "tests").rglob("*.py")) if folder == "tests" else OURS
    known = {*sys.stdlib_module_names, "pipeline", "spiders", "tests", "bench"}
    found = {module: short(path) for path in files for module in imported(path) if module not in known}
    used = {module: {canonicalize_name(home) for home in homes.get(module, [module])} for module in found}
    assert {f"{module} in {path}" for module, path in found.items() if not names & used[module]} == set()
    if folder == "package":
        needed = {canonicalize_name(Requirement(text).name) for text in project["dependencies"]}
        assert needed - set().union(*used.values()) == set(NOT_IMPORTED)


def imported(path: Path) -> Iterator[str]:
    """The top-level modules that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def test_the_pages_made_from_the_code_are_current():
    from pipeline.store import dictionary
    from pipeline.verdict import Reason
    from pipeline.view import reasons

    assert set(reasons.ABOUT) == set(Reason)
    assert (ROOT / "docs/reasons.md").read_text(encoding="utf-8") == reasons.render(), "run: make docs"
    assert (ROOT / "data/README.md").read_text(encoding="utf-8") == dictionary.render(), "run: make docs"


def test_each_rule_stands_in_the_list_and_says_what_it_looks_for():
    """Each function of the rules' modules that takes an outline and positions, whether or not a tuple names it."""
    text = (ROOT / "docs/reasons.md").read_text(encoding="utf-8")
    found = [
        (f"{path.stem}.{node.name}", ast.get_docstring(node))
        for path, node in functions()
        if path.parent.name == "rules"
        and not node.name.startswith("_")
        and [arg.annotation and ast.unparse(arg.annotation) for arg in node.args.args] == ["Outline", "Sequence[int]"]
    ]
    assert len(found) > 15
    assert [name for name, _ in found if f"| `{name}` |" not in text] == []
    assert [name for name, about in found if not about] == []


def test_the_changelog_tells_of_this_version():
    from pipeline import __version__

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["version"] == __version__
    assert __version__ in (ROOT / "CHANGELOG.md").read_text()
    assert (ROOT / "LICENSE").read_text().lstrip().startswith("Apache License")


def test_importing_the_package_is_light():
    code = "import sys, pipeline; print(sorted({'pandas', 'pyarrow', 'scrapy', 'selectolax'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_pipeline_runs_without_the_crawler():
    """No module of the pipeline brings Scrapy or Twisted with it, by whatever way."""
    code = (
        "import sys, pkgutil, importlib, pipeline\n"
        "for module in pkgutil.walk_packages(pipeline.__path__, 'pipeline.'):\n"
        "    if not module.name.endswith('__main__'): importlib.import_module(module.name)\n"
        "print(sorted({'scrapy', 'twisted', 'spiders'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
