"""The document: commands accepted and refused in each of its states."""

from datetime import timedelta

import pytest

from application.documents.documents import DOCUMENT
from domain.content import Content
from domain.documents.commands import (
    AddVersion,
    CreateDocument,
    DocumentCommand,
    OverwriteContent,
    PurgeDocument,
    PurgeIfDue,
    ReapplyPurge,
    RestoreDocument,
    ReviseDocument,
    TrashDocument,
)
from domain.documents.document import (
    RETENTION,
    DocumentExists,
    DocumentNotFound,
    DocumentNotTrashed,
    decide,
    evolve,
)
from domain.documents.events import (
    ContentOverwritten,
    DocumentCreated,
    DocumentEvent,
    DocumentMoved,
    DocumentPurged,
    DocumentRelabelled,
    DocumentRestored,
    DocumentTrashed,
    Label,
    VersionAdded,
)
from tests.support.domain.scenario import NOW, Scenario

DUE = NOW + RETENTION
LABEL = Label(name="customers", description="Imported", tags=("crm", "import"))
FIRST, SECOND, THIRD = Content("aa", 2), Content("bb", 3), Content("cc", 4)

document = Scenario(DOCUMENT)
create = CreateDocument(label=LABEL, content=FIRST, folder_id="f1")
created = DocumentCreated(label=LABEL, content=FIRST, folder_id="f1")
trashed, restored, purged = DocumentTrashed(purge_at=DUE), DocumentRestored(), DocumentPurged()

LIVE = [(created,), (created, trashed, restored)]
TRASHED = [(created, trashed), (created, trashed, restored, trashed)]
GONE = [(), (created, trashed, purged)]


def test_creating_records_label_folder_and_content() -> None:
    document.when(create).then(created)


@pytest.mark.parametrize("history", [*LIVE, *TRASHED, (created, trashed, purged)])
def test_a_document_is_created_once(history: tuple[DocumentEvent, ...]) -> None:
    document.given(*history).when(create).then_refused(DocumentExists)


@pytest.mark.parametrize("history", LIVE)
def test_a_new_version_continues_the_numbers(history: tuple[DocumentEvent, ...]) -> None:
    added = VersionAdded(number=2, content=SECOND)

    document.given(*history).when(AddVersion(content=SECOND)).then(added)
    document.given(*history, added).when(AddVersion(content=THIRD)).then(
        VersionAdded(number=3, content=THIRD)
    )


@pytest.mark.parametrize("history", LIVE)
def test_overwriting_keeps_the_number_and_names_what_it_erases(
    history: tuple[DocumentEvent, ...],
) -> None:
    added = VersionAdded(number=2, content=SECOND)
    overwritten = ContentOverwritten(number=2, content=THIRD, erased="bb")

    document.given(*history, added).when(OverwriteContent(content=THIRD)).then(overwritten)
    document.given(*history, added, overwritten).when(OverwriteContent(content=FIRST)).then(
        ContentOverwritten(number=2, content=FIRST, erased="cc")
    )


def test_trashing_schedules_the_purge_exactly_thirty_days_out() -> None:
    document.given(created).when(TrashDocument()).then(DocumentTrashed(purge_at=DUE))
    assert timedelta(days=30) == DUE - NOW


@pytest.mark.parametrize("history", TRASHED)
def test_what_is_in_the_trash_can_be_restored_or_purged(history: tuple[DocumentEvent, ...]) -> None:
    document.given(*history).when(RestoreDocument()).then(restored)
    document.given(*history).when(PurgeDocument()).then(purged)


@pytest.mark.parametrize("history", LIVE)
@pytest.mark.parametrize("command", [PurgeDocument(), RestoreDocument()])
def test_a_live_document_can_be_neither_restored_nor_purged(
    history: tuple[DocumentEvent, ...], command: DocumentCommand
) -> None:
    document.given(*history).when(command).then_refused(DocumentNotTrashed)


@pytest.mark.parametrize("history", GONE)
@pytest.mark.parametrize("command", [PurgeDocument(), RestoreDocument()])
def test_what_never_was_or_is_purged_can_be_neither_restored_nor_purged(
    history: tuple[DocumentEvent, ...], command: DocumentCommand
) -> None:
    document.given(*history).when(command).then_refused(DocumentNotFound)


@pytest.mark.parametrize("history", [*TRASHED, *GONE])
@pytest.mark.parametrize(
    "command",
    [
        AddVersion(content=SECOND),
        OverwriteContent(content=SECOND),
        ReviseDocument(name="other"),
        ReviseDocument(),
        TrashDocument(),
    ],
)
def test_what_is_not_live_cannot_be_changed(
    history: tuple[DocumentEvent, ...], command: DocumentCommand
) -> None:
    document.given(*history).when(command).then_refused(DocumentNotFound)


def test_a_restored_document_can_be_changed_again() -> None:
    back = document.given(created, trashed, restored)

    back.when(ReviseDocument(folder_id=None)).then(DocumentMoved(folder_id=None))


@pytest.mark.parametrize("history", [*LIVE, *GONE, (created, trashed)])
def test_purging_if_due_is_nothing_to_do_before_the_time(
    history: tuple[DocumentEvent, ...],
) -> None:
    document.given(*history).when(PurgeIfDue()).then()


@pytest.mark.parametrize("purge_at", [NOW, NOW - timedelta(microseconds=1), NOW - RETENTION])
def test_purging_if_due_purges_at_the_time_and_after_it(purge_at: object) -> None:
    overdue = DocumentTrashed(purge_at=purge_at)  # type: ignore[arg-type]

    document.given(created, overdue).when(PurgeIfDue()).then(purged)
    document.given(created, overdue, restored).when(PurgeIfDue()).then()
    document.given(created, overdue, purged).when(PurgeIfDue()).then()


@pytest.mark.parametrize("history", [*LIVE, *TRASHED])
def test_what_a_restore_brought_back_is_purged_again_in_any_state(
    history: tuple[DocumentEvent, ...],
) -> None:
    document.given(*history).when(ReapplyPurge()).then(purged)


@pytest.mark.parametrize("history", GONE)
def test_what_is_gone_is_not_purged_again(history: tuple[DocumentEvent, ...]) -> None:
    document.given(*history).when(ReapplyPurge()).then()


def test_a_second_trashing_counts_from_its_own_day() -> None:
    old = DocumentTrashed(purge_at=NOW - timedelta(days=1))
    again = DocumentTrashed(purge_at=DUE)

    document.given(created, old, restored).when(TrashDocument()).then(again)
    document.given(created, old, restored, again).when(PurgeIfDue()).then()


def test_revising_states_only_what_really_changes() -> None:
    known = document.given(created)
    relabelled = DocumentRelabelled(
        label=Label(name="clients", description="Imported", tags=("crm", "import"))
    )

    known.when(ReviseDocument(name="clients")).then(relabelled)
    known.when(ReviseDocument(folder_id="f2")).then(DocumentMoved(folder_id="f2"))
    known.when(ReviseDocument(name="clients", folder_id=None)).then(
        relabelled, DocumentMoved(folder_id=None)
    )


@pytest.mark.parametrize(
    "revision",
    [
        ReviseDocument(),
        ReviseDocument(name="customers"),
        ReviseDocument(description="Imported", tags=("crm", "import")),
        ReviseDocument(folder_id="f1"),
        ReviseDocument(
            name="customers", description="Imported", tags=("crm", "import"), folder_id="f1"
        ),
    ],
)
def test_revising_to_what_is_so_already_records_nothing(revision: ReviseDocument) -> None:
    document.given(created).when(revision).then()


def test_the_order_of_tags_is_part_of_them() -> None:
    swapped = Label(name="customers", description="Imported", tags=("import", "crm"))

    document.given(created).when(ReviseDocument(tags=("import", "crm"))).then(
        DocumentRelabelled(label=swapped)
    )


def test_the_state_after_a_purge_holds_nothing_of_the_document() -> None:
    state = None
    for event in (created, trashed, purged):
        state = evolve(state, event)

    assert "customers" not in repr(state)
    assert "'aa'" not in repr(state)
    assert decide(state, PurgeIfDue(), DUE) == []
