"""What the program is built on, held against what is said of it (``make audit``; no network).

Every requirement is pinned and hashed; what is installed is what is locked and fits together;
what the code imports is declared; each dependency has its line in docs/dependencies.md; no licence
asks more of an adopter than is said there. Whether a version has a known vulnerability is looked
up by pip-audit, which needs the network: where that cannot be done, it is said and not passed over.
"""

from __future__ import annotations

import ast
import importlib.util
import re
import subprocess
import sys
import tomllib
from collections.abc import Container, Iterable, Iterator
from email.message import Message
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROJECT = ROOT / "pyproject.toml"
LOCKS = (ROOT / "requirements.txt", ROOT / "requirements-docs.txt")
PAGE = ROOT / "docs" / "dependencies.md"
OURS = ("scenarios", "agents", "sim", "calibration", "experiments", "tests")
NOT_DEPENDENCIES = {
    "starsim": "compared with by `make bench` in an environment of its own",
    "simpy": "compared with by a test where somebody has installed it",
}
"""What is imported and no dependency: such code says so, or passes over it, where it is missing."""
COPYLEFT = re.compile(r"GPL|General Public License", re.IGNORECASE)
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def main() -> int:
    """Print what was checked, and what is wrong; 1 if anything is."""
    checks = {
        "requirements pinned and hashed": [p for lock in LOCKS for p in unpinned(lock.read_text())],
        "dependencies in the lock": not_locked(declared(), locked(LOCKS[0].read_text())),
        "dependencies explained": sorted(declared() - explained(PAGE.read_text(encoding="utf-8"))),
        "imports declared": undeclared(),
        "installed as locked": differing(locked(LOCKS[0].read_text())),
        "what is installed fits together": pip_check(),
        "licences": unexplained_licences(),
    }
    for what, problems in checks.items():
        print(f"{what}: {'sound' if not problems else ''}")
        print("".join(f"    {problem}\n" for problem in problems), end="")
    print(f"known vulnerabilities: {vulnerabilities()}\n\nlicences of what is locked")
    print("".join(f"    {name:28} {said}\n" for name, said in licences().items()), end="")
    return int(any(checks.values()))


def plain(name: str) -> str:
    """A package's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def declared() -> set[str]:
    """Every dependency in pyproject.toml, extras too; not the program itself."""
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"]]
    asked += [line for extra in project["optional-dependencies"].values() for line in extra]
    return {plain(re.split(r"[\[<>=!~; ]", line, maxsplit=1)[0]) for line in asked} - {"upstream"}


def requirements(lock: str) -> Iterator[str]:
    """Each requirement of a lock, with the hashes that follow it."""
    lines = "\n".join(line for line in lock.splitlines() if not line.lstrip().startswith("#"))
    yield from (part for part in re.split(r"\n(?=\S)", lines.strip()) if part.strip())


def unpinned(lock: str) -> list[str]:
    """Requirements that are not one version exactly, or have no hash."""
    return [
        f"{part.split()[0]}: has no {'hash' if '==' in part else 'exact version'}"
        for part in requirements(lock)
        if not (re.match(r"[\w.-]+(\[[\w,-]+\])?==\S+", part) and HASH.search(part))
    ]


def locked(lock: str) -> dict[str, set[str]]:
    """The versions of each requirement: one, or one for each of several versions of Python."""
    found: dict[str, set[str]] = {}
    for part in requirements(lock):
        if match := re.match(r"([\w.-]+)==(\S+)", part):
            found.setdefault(plain(match[1]), set()).add(match[2])
    return found


def not_locked(asked: Iterable[str], lock: Container[str]) -> list[str]:
    """Declared dependencies that the lock lacks; those for the docs have a lock of their own."""
    docs = locked(LOCKS[1].read_text())
    lacking = (name for name in sorted(asked) if name not in lock and name not in docs)
    return [f"{name}: make the lock again" for name in lacking]


def explained(page: str) -> set[str]:
    """What has a line in the tables of docs/dependencies.md that says more than its name."""
    return {plain(name) for name in re.findall(r"^\| `([\w.-]+)` \| \S.{3,}\|$", page, re.M)}


def undeclared() -> list[str]:
    """Imported somewhere in our code, and declared nowhere."""
    owners = metadata.packages_distributions()
    problems = []
    for module, where in sorted(imported().items()):
        known = module in sys.stdlib_module_names or module in OURS or module in NOT_DEPENDENCIES
        if not known and not declared() & {plain(name) for name in owners.get(module, [])}:
            problems.append(f"{module}: imported by {where}, and not in pyproject.toml")
    return problems


def imported() -> dict[str, str]:
    """Every module that our code imports, at its top level, and one file that does."""
    found: dict[str, str] = {}
    for path in (path for package in OURS for path in (ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [str(node.module)]
            found |= {name.split(".")[0]: str(path.relative_to(ROOT)) for name in names}
    return found


def differing(lock: dict[str, set[str]]) -> list[str]:
    """Installed in another version than the lock's."""
    return [
        f"{name}: {there} is installed, {' or '.join(sorted(lock[name]))} is locked"
        for name, there in installed().items()
        if there not in lock.get(name, {there})
    ]


def installed() -> dict[str, str]:
    """All packages of this environment."""
    found = metadata.distributions()
    return {plain(one.name): one.version for one in sorted(found, key=lambda one: one.name.lower())}


def pip_check() -> list[str]:
    """What pip finds missing or in conflict."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr).splitlines() if done.returncode else []


def licences() -> dict[str, str]:
    """The licence of each locked package that is installed here, as its metadata has it."""
    known = locked(LOCKS[0].read_text()) | locked(LOCKS[1].read_text())
    return {
        name: licence(metadata.metadata(name)) or first_line_of_licence(name)
        for name in installed()
        if name in known
    }


def first_line_of_licence(name: str) -> str:
    """Of the licence file that a package brings, where its metadata are silent."""
    brought = [path for path in metadata.files(name) or [] if path.name.startswith("LICEN")]
    return brought[0].read_text().strip().split("\n")[0] if brought else ""


def licence(about: metadata.PackageMetadata | Message) -> str:
    """The expression; failing that the classifiers; failing that the first line of the text."""
    expression = "; ".join(about.get_all("License-Expression") or [])
    classifiers = [line.split(" :: ")[-1] for line in about.get_all("Classifier") or []
                   if line.startswith("License ::")]  # fmt: skip
    text = (about["License"] or "").strip() if "License" in about else ""
    return expression or "; ".join(classifiers) or text.split("\n")[0]


def unexplained_licences() -> list[str]:
    """Licences that nobody has stated, and copyleft without a reason in docs/dependencies.md."""
    page = PAGE.read_text(encoding="utf-8")
    reasons = {plain(name) for name in re.findall(r"^- `([\w.-]+)`, \S*L?GPL", page, re.M)}
    problems = [f"{name}: states no licence" for name, said in licences().items() if not said]
    return problems + [
        f"{name}: {said}, without a reason in {PAGE.name}"
        for name, said in licences().items()
        if COPYLEFT.search(said) and name not in reasons
    ]


def vulnerabilities() -> str:
    """What pip-audit says of the lock, or why it was not asked."""
    if importlib.util.find_spec("pip_audit") is None:
        return "not looked up (pip-audit is not installed; it needs the network)"
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "-r", str(LOCKS[0])]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return "none that pip-audit knows of"
    return f"pip-audit found some, or could not reach its database:\n{done.stdout}{done.stderr}"


if __name__ == "__main__":
    sys.exit(main())
