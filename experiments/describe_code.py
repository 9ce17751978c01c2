"""The schedule, the mechanisms, the measures and the submodels, read from the sources themselves.

Sources are parsed, not run: what a reader of the code sees is what the docs say.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any, Final

from experiments.describe_words import MECHANISM
from experiments.markdown import code, codes, fenced, first_sentence, one_line, table
from experiments.patterns import PATTERNS
from scenarios import schema
from sim.metrics import MEANING

ROOT: Final = Path(__file__).resolve().parents[1]
SUBMODELS: Final = (
    "needs", "onset", "lifecourse", "moving", "start", "settling", "view", "doors", "support",
    "teams", "notices", "agency", "recount",
)  # fmt: skip
"""The modules of `agents` in which the mechanisms are written, in the order of the page."""
SHOWN: Final = frozenset(
    (
        "move_need", "_calls", "onset_of", "settle", "raise_need", "start_trust", "_lognormal",
        "_start_aces", "_surveyed_aces", "_suffer_from_outside", "own_slice", "seen", "bell",
        "excluded", "_attend", "approach", "_score", "manage", "press", "tighten", "moves_of",
        "_birthdays", "_children",
    )
)  # fmt: skip
"""Functions whose source is the equation and is shown in full."""


@dataclass(frozen=True)
class Source:
    """A parsed source file."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def doc(self) -> str:
        """The docstring of the file."""
        return ast.get_docstring(self.tree) or ""

    def functions(self) -> Iterator[ast.FunctionDef]:
        """Functions and methods, in the order in which they stand."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef):
                yield node

    def named(self, name: str) -> Any:
        """The function or class of this name."""
        kinds = (ast.FunctionDef, ast.ClassDef)
        return next(n for n in ast.walk(self.tree) if isinstance(n, kinds) and n.name == name)

    def comment(self, line: int) -> str:
        """What is said behind the code of a line, from 1."""
        found = re.search(r"  # (.*)$", self.text.splitlines()[line - 1])
        return found.group(1) if found else ""


def source(name: str) -> Source:
    """A file of the project, by its path."""
    path = ROOT / name
    text = path.read_text(encoding="utf-8")
    return Source(path, text, ast.parse(text))


def schedule_page() -> str:
    """The week: what is done, in which order, and when the managers meet."""
    week, model = source("sim/week.py"), source("sim/model.py")
    home = dict(_homes(week))
    rows = [
        [str(n), code(f"{home[name]}.{name}"), when, said, _told(home[name], name)]
        for n, (name, when, said) in enumerate(_steps(week), start=1)
    ]
    return "\n\n".join(
        [
            "# The schedule of a week",
            week.doc,
            f"`sim.model.Place.step`: {one_line(_doc(model.named('step')))} Within people and the "
            "front line (`sim.week.one_week`):",
            table(("", "step", "when", "in short", "what it does"), rows),
            "Then the managers (`agents.agency.Agency`): " + one_line(
                _doc(source("agents/agency.py").named("Agency"))
            ),
        ]
    )  # fmt: skip


def _homes(week: Source) -> Iterator[tuple[str, str]]:
    """By function, the module it is imported from."""
    for node in week.tree.body:
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from ((alias.name, node.module) for alias in node.names)


def _steps(week: Source) -> Iterator[tuple[str, str, str]]:
    """Each call of the week: its name, the condition on it, and the comment behind it."""
    for node in week.named("one_week").body:
        inside = node.body if isinstance(node, ast.If) else [node]
        when = ast.unparse(node.test) if isinstance(node, ast.If) else "every week"
        for each in inside:
            if isinstance(each, ast.Expr) and isinstance(each.value, ast.Call):
                yield ast.unparse(each.value.func), when, week.comment(each.lineno)


def _told(module: str, name: str) -> str:
    return first_sentence(_doc(source(module.replace(".", "/") + ".py").named(name)))


def mechanisms_page() -> str:
    """Every mechanism: its switch, where the switch acts, and which pattern it carries."""
    files = [ROOT / "agents" / f"compile_{x}.py" for x in ("course", "doors")]
    files += [ROOT / "sim" / "model.py"]
    rows = [
        [code(name), MECHANISM[name], codes(_mentioning(files, rf"\b(on|mechanisms)\.{name}\b")),
         "; ".join(p.words for p in PATTERNS if name in p.without)]
        for name in schema.Mechanisms.model_fields
    ]  # fmt: skip
    return "\n\n".join(
        [
            "# Mechanisms and their switches",
            one_line(schema.Mechanisms.__doc__ or "") + " A scenario switches one off with "
            "`[mechanisms]` and, below it, for example `withdrawal = false`. The last column names "
            "the patterns that must go, wholly or in part, when it is off (`make knockouts`).",
            table(("switch", "what it is", "where it acts", "patterns it carries"), rows),
        ]
    )


def _mentioning(files: list[Path], pattern: str) -> list[str]:
    return [
        path.relative_to(ROOT).as_posix()
        for path in files
        if re.search(pattern, path.read_text(encoding="utf-8"))
    ]


def measures_page() -> str:
    """Every measure by name."""
    rows = [[code(name), meaning] for name, meaning in MEANING.items()]
    return "\n\n".join(
        [
            "# Measures",
            one_line((source("sim/metrics.py").doc).split("\n\n", 1)[1]),
            "`{door}` is an agency with a front door, or a team (for costs, any agency).",
            table(("name", "meaning"), rows),
        ]
    )


def streams_page() -> str:
    """Every random stream: its number, and who draws from it."""
    enum = source("agents/streams.py").named("Stream")
    files = sorted([*ROOT.glob("agents/*.py"), *ROOT.glob("sim/*.py")])
    rows = [
        [str(ast.literal_eval(node.value)), code(name),
         codes(_mentioning(files, rf"\bStream\.{name}\b"))]
        for node in enum.body if isinstance(node, ast.Assign)
        for name in [ast.unparse(node.targets[0])]
    ]  # fmt: skip
    doc = source("agents/streams.py").doc
    return "\n\n".join(
        ["# Random streams", doc, _doc(enum), table(("number", "stream", "drawn in"), rows)]
    )


def entities_page() -> str:
    """What a person, a case and a week consist of, and what can happen."""
    arrays = source("agents/arrays.py")
    parts = ["# State variables", arrays.doc]
    for name in ("PERSON", "AWAKE", "CASE"):
        rows = list(_columns(arrays, name))
        parts += [f"## `{name}`", table(("column", "type", "meaning"), rows)]
    for name in ("CaseStatus", "Refusal", "Closure", "LifeEvent", "Happening"):
        enum = arrays.named(name)
        rows = [
            [code(ast.unparse(node.targets[0])), arrays.comment(node.lineno)]
            for node in enum.body
            if isinstance(node, ast.Assign)
        ]
        parts += [f"## `{name}`", _doc(enum), table(("value", "said of it"), rows)]
    return "\n\n".join(parts)


def _columns(arrays: Source, name: str) -> Iterator[list[str]]:
    """The columns of a record type, with the comments behind them."""
    for node in arrays.tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
            fields: Any = node.value
            for column in fields.args[0].elts:
                title, *kind = (ast.unparse(part) for part in column.elts)
                yield [code(title.strip("'")), " ".join(kind).replace("np.", ""),
                       arrays.comment(column.lineno)]  # fmt: skip


def submodels_page() -> str:
    """Every function of the mechanisms with its docstring; of some, the source."""
    parts = [
        "# Submodels, from the code",
        "What each function of the mechanisms says of itself. Where the code is the equation, it "
        "is shown. `tests/reference/` tells the same once more in plain Python.",
    ]
    for name in SUBMODELS:
        file = source(f"agents/{name}.py")
        parts += [f"## `agents.{name}`", file.doc]
        parts += [_function(file, node) for node in file.functions() if _doc(node)]
    return "\n\n".join(parts)


def _function(file: Source, node: ast.FunctionDef) -> str:
    text = _doc(node)
    if node.name in SHOWN:
        text = dedent(ast.get_source_segment(file.text, node, padded=True) or "")
        return f"### `{node.name}`\n\n" + fenced(text, "python")
    aligned = re.search(r"\S {2,}\S", text)  # names and meanings in columns
    return f"### `{node.name}`\n\n" + (fenced(text) if aligned else text)


def twin_page() -> str:
    """The modules of the plain twin."""
    package = ROOT / "tests" / "reference"
    rows = [
        [code(path.stem), one_line(source(path.relative_to(ROOT).as_posix()).doc)]
        for path in sorted(package.glob("*.py"))
        if path.stem != "__init__"
    ]
    doc = source("tests/reference/__init__.py").doc
    return "\n\n".join(["# The plain twin", doc, table(("module", "what it tells"), rows)])


def _doc(node: Any) -> str:
    return ast.get_docstring(node) or ""
