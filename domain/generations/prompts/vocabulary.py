"""Vocabulary of the planner: weighted phrases of each pattern.

A phrase is a regular expression on the prompt in lower case; a negative weight counts against.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from domain.generations.patterns import Pattern


class Phrase(NamedTuple):
    expression: str
    weight: float


_EXPORT: Final = r"\b(?:export|extract|dump|list(?!ed)|write|pull|output|produce|give me|print)\w*"
_CSV: Final = r"\b(?:csv|spreadsheet|excel|comma.separated|tsv|semicolon|\.txt)"
_FILES: Final = (
    r"\b(?:datasets?|files|pdfs?|drawings?|attachments?|named references?|jts?|images?|scans?"
    r"|step files|cad models?"
    r"|(?:word|excel|cad|zip|image|html) (?:files?|documents?))\b"
)
_PARTS: Final = (
    r"\b(?:items?|parts?|documents?|designs?|components?|materials?|(?:item )?revisions?)\b"
)
_WORKFLOW: Final = r"\b(?:workflows?|process(?:es)?|tasks?|approvals?|sign.?offs?|jobs?)\b"
_FILE_IN: Final = (
    r"\b(?:from|in|using|read|via) (?:a |an |the |this )?(?:\S+ ){0,2}?"
    r"\S*(?:csv|spreadsheet|excel|file)\b"
)

VOCABULARY: Final[Mapping[Pattern, tuple[Phrase, ...]]] = {
    Pattern.QUERY_EXPORT: (
        Phrase(_EXPORT, 1.5),
        Phrase(_CSV, 1),
        Phrase(r"\b(?:saved )?quer(?:y|ies)\b", 1.5),
        Phrase(r"\b(?:results?|inventory|listing|search)\b", 1),
        Phrase(r"\b(?:columns?|properties|attributes)\b", 0.5),
        Phrase(_EXPORT + r".{0,40}" + _PARTS, 1),
        Phrase(
            r"\b(?:report|csv|spreadsheet|listing|file)\b.{0,12}\b(?:of|on|with|for|about)\b", 1.5
        ),
    ),
    Pattern.BOM_EXPORT: (
        Phrase(r"\b(?:e|m)?boms?\b|\bbills? of materials?\b", 5),
        Phrase(r"\b(?:product )?structure\b|\bassembl(?:y|ies)\b", 2.5),
        Phrase(r"\brevision rule\b", 2),
        Phrase(r"\b(?:multi.?level|indented|exploded?|explosion|parts? list)\b", 2),
        Phrase(r"\b(?:levels?|quantit(?:y|ies)|occurrences?|sub.?assembl|child(?:ren)?)", 1),
        Phrase(_EXPORT, 0.5),
    ),
    Pattern.BULK_PROPERTY_UPDATE: (
        Phrase(
            r"\b(?:update|set|change|modify|correct|overwrite|fill in|populate|edit|fix|adjust)\w*"
            r"\b.{0,60}\b(?:propert(?:y|ies)|attributes?|fields?|values?|descriptions?|names?"
            r"|metadata|weights?|materials?|costs?|\w+_\w+)\b",
            4,
        ),
        Phrase(r"\b(?:bulk|mass)\b.{0,12}\b(?:updat|edit|chang|modif)", 2),
        Phrase(_FILE_IN, 1),
        Phrase(r"\bown(?:er|ership|ing)|\bstatus\b|\bproject\b|\brelation", -2.5),
    ),
    Pattern.BULK_ITEM_CREATE: (
        Phrase(
            r"\b(?:creat|import|load|register|generat|mak|add|set up|setup)\w*\b.{0,40}" + _PARTS,
            3,
        ),
        Phrase(r"\bnew (?:\w+ )?(?:items?|parts?|documents?|designs?)\b", 1.5),
        Phrase(r"\b(?:bulk|mass|batch)\b.{0,12}\b(?:creat|load|import)", 1.5),
        Phrase(_FILE_IN, 1),
        Phrase(r"\bdatasets?\b|\brelations?\b|\bworkflows?\b|\battach|\bupload|\bproject\b", -2.5),
        Phrase(r"\b(?:pdf|file|report|csv) (?:of|with)\b|\bstatus\b", -1),
    ),
    Pattern.DATASET_EXPORT: (
        Phrase(
            r"\b(?:export|download|extract|save|copy|pull|dump|get|fetch|write|retrieve)\w*\b.{0,60}"
            + _FILES,
            3,
        ),
        Phrase(r"\bdatasets?\b|\bnamed references?\b", 1.5),
        Phrase(
            r"\b(?:to|into|in|on|under) (?:a |the |my |this )?(?:\S+ )?"
            r"(?:folder|directory|disk|share)",
            1.5,
        ),
        Phrase(r"\b(?:to|into) (?:/|[a-z]:\\|\\\\)\S*(?<!\.csv)(?<!\.txt)(?:\s|$)", 1),
    ),
    Pattern.DATASET_IMPORT: (
        Phrase(
            r"\b(?:import|upload|attach|load|ingest|check.?in|add|bring)\w*\b.{0,60}" + _FILES, 3.5
        ),
        Phrase(r"\b(?:as|into|create) (?:\w+ ){0,2}datasets?\b", 2),
        Phrase(r"\battach\w*|\bupload\w*", 1.5),
        Phrase(r"\bdatasets?\b", 1),
        Phrase(r"\b(?:export|download|extract)\w*", -2),
    ),
    Pattern.CHANGE_OWNERSHIP: (
        Phrase(r"\bown(?:er|ers|ership)\b|\bowning (?:user|group)\b", 3),
        Phrase(
            r"\b(?:chang|transfer|reassign|re.assign|hand|give|mov|set|switch|assign)\w*\b.{0,80}\b(?:own(?:er|ers|ership)|user|owning)\b",
            3,
        ),
        Phrase(
            r"\b(?:everything|all|items?|parts?).{0,20}\b(?:owned by|belonging to|belongs? to)\b",
            1.5,
        ),
        Phrase(r"\b(?:give|hand|move|transfer)\b.{0,80}\bto (?:the )?(?:user|group)\b", 2),
        Phrase(r"\b(?:left|leaving|leaves) the company\b|\bretir", 1),
        Phrase(_EXPORT + r"|" + _CSV, -1.5),
    ),
    Pattern.RELEASE_STATUS_APPLY: (
        Phrase(r"\brelease status(?:es)?\b", 2),
        Phrase(
            r"\b(?:apply|add|set|stamp|put|mark|give|get|assign|attach|promot|flag)\w*\b.{0,60}"
            r"\b(?:status(?:es)?|released|obsolete|frozen|approved)\b",
            3.5,
        ),
        Phrase(r"^(?:please )?(?:release|obsolete|freeze)\b", 4),
        Phrase(
            r"\b(?:to|must|should|want to) (?:be )?(?:release|obsolete|freeze)d?\b(?! process)", 2
        ),
        Phrase(_EXPORT + r"|" + _CSV, -1.5),
        Phrase(_WORKFLOW, -1),
    ),
    Pattern.WORKFLOW_INITIATE: (
        Phrase(
            r"\b(?:start|initiat|launch|kick.?off|kick|submit|send|trigger|rout|begin|run|put|creat)\w*\b"
            r".{0,80}\b(?:workflows?|process(?:es)?|review|approvals?)\b",
            4,
        ),
        Phrase(r"\bworkflows?\b|\bprocess(?:es)? template", 1.5),
        Phrase(r"\b(?:stuck|stall|hang|hung|overdue|older than|pending)\w*", -2),
    ),
    Pattern.STUCK_WORKFLOW_REPORT: (
        Phrase(
            r"\b(?:stuck|stalled?|hung|hanging|overdue|idle|blocked|waiting|late|pending|unfinished"
            r"|open|incomplete|in progress|not (?:been )?(?:completed|finished|moved))\b",
            3,
        ),
        Phrase(_WORKFLOW, 2),
        Phrase(
            r"\b(?:older|longer|more) than \w+ (?:hours?|days?|weeks?|months?)\b"
            r"|\bfor (?:over |more than )?\w+ (?:days|weeks|months)\b",
            1.5,
        ),
        Phrase(r"\breport|\blist|\bfind|\bshow|\bwhich", 1),
    ),
    Pattern.RELATION_MANAGE: (
        Phrase(r"\bunlink\w*", 2),
        Phrase(r"\brelat(?:e|es|ion|ions|ionship|ionships)\b", 3),
        Phrase(r"\b(?:un)?link(?:s|ed|ing)?\b|\b(?:dis)?connect\w*", 2.5),
        Phrase(
            r"\b(?:iman|tc|fnd0|cm|epm)_?\w+_?(?:relation|specification|reference|rendering|requirement|manifestation)\b",
            1.5,
        ),
        Phrase(
            r"\b(?:creat|add|delet|remov|break|drop|cut)\w*\b.{0,40}\b(?:relations?|relationships?|links?)\b",
            2,
        ),
        Phrase(r"\bdatasets?\b|\battach|\bupload", -2),
    ),
    Pattern.PROJECT_ASSIGN: (
        Phrase(r"\bprojects?\b", 2.5),
        Phrase(r"\b(?:assign|add|put|mov|place|associat|includ|tag)\w*\b.{0,80}\bprojects?\b", 3),
        Phrase(_EXPORT + r"|" + _CSV, -1.5),
    ),
}
