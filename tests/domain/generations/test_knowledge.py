"""Knowledge of ITK by version: functions, deprecations and replacements."""

from typing import Final

import pytest

from adapters.codegen.knowledge_file import read_knowledge
from domain.generations.checking import Call, Source, check_calls
from domain.generations.diagnostics import Severity
from domain.generations.knowledge import VersionKnowledge
from domain.generations.versions import UnknownVersion, version_of

KNOWLEDGE: Final = read_knowledge()


def of(version: str) -> VersionKnowledge:
    return KNOWLEDGE.of(version_of(version))


@pytest.mark.parametrize(
    ("name", "version", "current"),
    [
        ("AOM_save", "11", "AOM_save"),
        ("AOM_save", "11.1.9", "AOM_save"),
        ("AOM_save", "11.2", "AOM_save_with_extensions"),
        ("AOM_save", "14.3", "AOM_save_with_extensions"),
        ("AOM_UIF_ask_value", "11.0", "AOM_UIF_ask_value"),
        ("AOM_UIF_ask_value", "11.1", "AOM_ask_displayable_values"),
        ("EPM_set_task_decision2", "12.1", "EPM_set_task_decision2"),
        ("EPM_set_task_decision2", "12.2.0.1", "EPM_set_task_decision3"),
        ("QRY_execute", "12", "QRY_execute"),
    ],
)
def test_each_version_has_its_function(name: str, version: str, current: str) -> None:
    assert of(version).current(name) == current


def test_what_is_not_there_yet_is_unknown() -> None:
    assert of("11").function("AOM_save_with_extensions") is None
    with pytest.raises(LookupError):
        of("11").current("AOM_save_with_extensions")
    with pytest.raises(LookupError):
        of("14").current("AOM_no_such_thing")


def test_every_replacement_is_known_from_when_it_replaces() -> None:
    for function in KNOWLEDGE.functions:
        if function.deprecated is not None:
            assert function.replacement is not None
            assert of(function.deprecated).function(function.replacement) is not None


def test_headers_declare_all_that_a_version_has_and_no_more() -> None:
    old, new = of("11").headers(), of("14").headers()

    assert "int AOM_save_with_extensions(tag_t object);" not in old["tccore/aom.h"]
    assert "int AOM_save_with_extensions(tag_t object);" in new["tccore/aom.h"]
    assert "void *MEM_alloc(int bytes);" in new["base_utils/mem.h"]
    assert "int ITK_auto_login(void);" in new["tcinit/tcinit.h"]


@pytest.mark.parametrize("version", ["10.9", "1", "9"])
def test_versions_before_the_first_are_refused(version: str) -> None:
    with pytest.raises(UnknownVersion):
        of(version)


@pytest.mark.parametrize(("version", "beyond"), [("14.3", False), ("15", True), ("2406", True)])
def test_versions_beyond_the_last_are_taken_for_it(version: str, *, beyond: bool) -> None:
    assert of(version).is_newer_than_known is beyond


@pytest.mark.parametrize(
    ("call", "version", "codes"),
    [
        (Call("ITEM_find_item", 2, "a.c", 3), "14", []),
        (Call("ITEM_find_item", 3, "a.c", 3), "14", [("WRONG_ARGUMENTS", Severity.ERROR)]),
        (Call("ITEM_find_itme", 2, "a.c", 3), "14", [("UNKNOWN_FUNCTION", Severity.ERROR)]),
        (Call("AOM_save", 1, "a.c", 3), "14", [("DEPRECATED_FUNCTION", Severity.WARNING)]),
        (Call("AOM_save", 1, "a.c", 3), "11", []),
        (
            Call("AOM_save_with_extensions", 1, "a.c", 3),
            "11",
            [("UNKNOWN_FUNCTION", Severity.ERROR)],
        ),
        (Call("BOM_close_window", 1, "a.c", 3), "14", [("MISSING_HEADER", Severity.ERROR)]),
        (Call("PNX_report", 9, "a.c", 3), "14", []),
        (Call("printf", 9, "a.c", 3), "14", []),
    ],
)
def test_calls_are_held_against_what_is_known(
    call: Call, version: str, codes: list[tuple[str, Severity]]
) -> None:
    included = ["tccore/item.h", "tccore/aom.h"]
    source = Source([call], ["PNX_report"], included, [])
    told = [*check_calls([source], of(version))]

    assert [(each.code, each.severity) for each in told] == codes
    assert all((each.file, each.line) == ("a.c", 3) for each in told)
