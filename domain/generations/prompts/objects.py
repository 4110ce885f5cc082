"""Extraction of plan values for patterns that act on the results of a query."""

from typing import Final

from domain.generations.prompts.common import Values, on_objects, query_in
from domain.generations.prompts.criteria import criteria_in
from domain.generations.prompts.finding import QUOTED, TITLE, VALUE, WORD, Shape, find_value
from domain.generations.prompts.words import STATES

_VERBS: Final = {"release": "Released", "obsolete": "Obsolete", "freeze": "Frozen"}
_STATE: Final = (
    r"((?i:released|obsolete|frozen|approved))(?!\w| (?:parts|items|documents|revisions|designs))"
)
_PROCESS: Final = r"(?:workflows?|process(?:es)?(?: template)?|review|approval)"
_INTO: Final = r"\b(?:the|a|an|through|into|in|our|start|initiate|launch|trigger) "


def change_ownership(text: str) -> Values:
    user = find_value(
        text,
        Shape(r"\bto (?:the )?(?:user|owner) ", WORD),
        Shape(r"\b(?:new )?owner\b.{0,60}?\b(?:is|be|becomes) ", WORD),
        Shape(r"\bowner(?: =|:| to) ?(?!the\b)", WORD),
        Shape(
            r"(?<!belonging )(?<!belongs )(?<!belong )\bto "
            r"(?!(?:the|group|be|a|another|user|new|change|transfer|give|reassign)\b)",
            WORD,
        ),
    )
    group = find_value(
        text,
        Shape(r"(?:\band|,) (?:the )?(?:owning )?group (?:to |is |= ?|: ?)?", VALUE),
        Shape(r"\b(?:to|into) (?:the )?group ", VALUE),
        Shape(r"\bgroup (?:is |= ?|: ?|to )", VALUE),
        Shape(r"\b(?:and|of) (?:the )?", TITLE, r" group\b"),
    )
    criteria = [each for each in criteria_in(text) if each.value not in {group, user}]
    return {"query": query_in(text), "criteria": criteria, "user": user, "group": group}


def release_status_apply(text: str) -> Values:
    lead = r"\b(?:the|apply|add|set|put|stamp|assign|a|an|with) "
    said = find_value(
        text,
        Shape(r"\bstatus (?:of |to |named |called |is |= ?|: ?)?", QUOTED),
        Shape(r"\bstatus (?:of |named |called |= ?|: ?|to )?(?!(?:to|on)\b)", TITLE),
        Shape(lead, TITLE, r" (?:release )?status\b"),
        Shape(r"\b(?:the|apply|add|a|an|mark\w*|as|flag\w*|be|set)\b.{0,60}?\b", _STATE),
        Shape(r"^(?:please )?", r"((?i:release|obsolete|freeze))\b"),
    )
    word = (said or "").lower()
    status = _VERBS.get(word) or STATES.get(word) or said
    own = {("Release Status", status)}
    criteria = [each for each in criteria_in(text) if (each.entry, each.value) not in own]
    return {"query": query_in(text), "criteria": criteria, "status": status}


def workflow_initiate(text: str) -> Values:
    template = find_value(
        text,
        Shape(rf"\b{_PROCESS} (?:template )?(?:named |called )?", QUOTED),
        Shape("", QUOTED, rf" {_PROCESS}\b"),
        Shape(rf"\b{_PROCESS} (?:template )?(?:named |called )", TITLE),
        Shape(_INTO, TITLE, r" (?:workflow|template|process template)\b"),
        Shape(_INTO, r"([A-Z][\w.&-]*(?: [A-Z][\w.&-]*)* Process)\b"),
        Shape(_INTO, TITLE, rf" {_PROCESS}\b"),
        Shape(r"\b(?:workflow|template) (?:template )?(?!(?:for|on|of)\b)", TITLE),
    )
    return {**on_objects(text), "template": template}


def project_assign(text: str) -> Values:
    project = find_value(
        text,
        Shape(r"\bprojects? (?:id |named |called |number |with id )?", QUOTED),
        Shape(
            r"\bprojects? (?:id |named |called |number |with id )?(?!(?:in|and|for|from)\b)",
            r"([A-Z0-9][\w.-]*)",
        ),
        Shape(r"\b(?:to|the|into|in) ", r"([A-Z0-9][\w.-]*)", r" project\b"),
    )
    criteria = [each for each in criteria_in(text) if each.entry != "Project ID"]
    return {"query": query_in(text), "criteria": criteria, "project": project}
