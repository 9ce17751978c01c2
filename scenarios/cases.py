"""Three lives that the documents tell, as data, to be held beside simulated ones.

What a document does not say is left out. These files describe what agencies recorded of people;
nothing in the model reads them.
"""

from __future__ import annotations

import tomllib
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from scenarios.files import HERE, toml_names
from scenarios.names import NeedKey
from scenarios.quantities import Strict

CASES: Final = HERE / "cases"

Age = Annotated[int, Field(ge=0, le=120)]


class KnownCount(Strict):
    """Contacts that a document counts, and the agencies of the model that they were with."""

    title: str
    agencies: list[str] = Field([], description="none: the model has nothing to compare")
    count: Annotated[int, Field(ge=0)]
    years: Annotated[int, Field(ge=1, le=120)]
    remark: str = ""


class Case(Strict):
    """One life in a document: where it is told, and what is known."""

    title: str
    document: str
    where: str
    place: str
    sex: Literal["female", "male"]
    age: Age | None = None
    age_from: Age = 0
    age_to: Age = 120
    care_experienced: bool | None = Field(None, description="left out: the document does not say")
    aces_at_least: Annotated[int, Field(ge=0, le=10)] = 0
    needs: list[NeedKey] = Field(min_length=1)
    refused_by: list[str] = []
    facts: list[str]
    counts: list[KnownCount] = []
    remarks: list[str] = []

    @model_validator(mode="after")
    def _ages_in_order(self) -> Self:
        if not self.age_from <= (self.age or self.age_from) <= self.age_to:
            raise ValueError("age must lie between age_from and age_to")
        return self

    @property
    def compared(self) -> list[KnownCount]:
        """The counts that the model can be held beside."""
        return [known for known in self.counts if known.agencies]


def case_names() -> list[str]:
    """The cases that come with Upstream, by the name of their file."""
    return toml_names(CASES)


def load_case(name: str) -> Case:
    """Read one case. Raises OSError, tomllib.TOMLDecodeError or pydantic.ValidationError."""
    return Case.model_validate(tomllib.loads((CASES / f"{name}.toml").read_text("utf-8")))
