"""Labels of documents: the limits of wire.md, and texts that cannot be stored."""

import pytest

from application.documents.documents import DOCUMENT
from domain.content import Content
from domain.documents.commands import CreateDocument, ReviseDocument
from domain.documents.events import DocumentCreated, DocumentRelabelled, Label
from domain.documents.label import TooManyTags
from domain.refusals import Invalid
from domain.text import InvalidText
from tests.support.domain.scenario import Scenario

document = Scenario(DOCUMENT)
CONTENT = Content("aa", 2)
NAMED = DocumentCreated(label=Label(name="n"), content=CONTENT, folder_id=None)

FITTING = [
    Label(name="n"),
    Label(name="n" * 100),
    Label(name="😀" * 100),
    Label(name="\u202ename\u200f \u0007"),
    Label(name="n", description=""),
    Label(name="n", description="d" * 2_000),
    Label(name="n", tags=("t",)),
    Label(name="n", tags=("t" * 64,)),
    Label(name="n", tags=("t",) * 50),
]
WRONG = [
    Label(name=""),
    Label(name="n" * 101),
    Label(name="a\0b"),
    Label(name="\ud800"),
    Label(name="n", description="d" * 2_001),
    Label(name="n", description="\0"),
    Label(name="n", description="a\udfffb"),
    Label(name="n", tags=("",)),
    Label(name="n", tags=("t" * 65,)),
    Label(name="n", tags=("t", "a\0b")),
    Label(name="n", tags=("t", "\udc00")),
    Label(name="n", tags=("t",) * 51),
]


@pytest.mark.parametrize("label", FITTING, ids=ascii)
def test_a_label_within_the_limits_is_recorded_as_it_is(label: Label) -> None:
    document.when(CreateDocument(label=label, content=CONTENT)).then(
        DocumentCreated(label=label, content=CONTENT, folder_id=None)
    )


@pytest.mark.parametrize("label", WRONG, ids=lambda label: ascii(label)[:60])
def test_a_label_beyond_the_limits_is_refused_from_the_start(label: Label) -> None:
    document.when(CreateDocument(label=label, content=CONTENT)).then_refused(Invalid)


@pytest.mark.parametrize("label", WRONG, ids=lambda label: ascii(label)[:60])
def test_a_label_beyond_the_limits_is_refused_later_too(label: Label) -> None:
    revision = ReviseDocument(name=label.name, description=label.description, tags=label.tags)  # type: ignore[arg-type]

    document.given(NAMED).when(revision).then_refused(Invalid)


def test_a_description_can_be_emptied() -> None:
    described = DocumentRelabelled(label=Label(name="n", description="old"))

    document.given(NAMED, described).when(ReviseDocument(description="")).then(
        DocumentRelabelled(label=Label(name="n", description=""))
    )


def test_a_refusal_names_the_field() -> None:
    create = CreateDocument(label=Label(name="n", tags=("t" * 65,)), content=CONTENT)

    with pytest.raises(InvalidText, match="tags must have 1 to 64 characters"):
        document.when(create).then()


def test_too_many_tags_have_a_code_of_their_own() -> None:
    create = CreateDocument(label=Label(name="n", tags=("t",) * 51), content=CONTENT)

    document.when(create).then_refused(TooManyTags)
