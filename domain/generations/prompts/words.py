"""Dictionaries from everyday words to Teamcenter's names."""

from collections.abc import Mapping
from typing import Final, NamedTuple

PROPERTIES: Final[Mapping[str, str]] = {
    "id": "item_id",
    "item id": "item_id",
    "item ids": "item_id",
    "part number": "item_id",
    "part numbers": "item_id",
    "item number": "item_id",
    "number": "item_id",
    "rev": "item_revision_id",
    "revision": "item_revision_id",
    "revision id": "item_revision_id",
    "name": "object_name",
    "names": "object_name",
    "object name": "object_name",
    "item name": "object_name",
    "title": "object_name",
    "description": "object_desc",
    "descriptions": "object_desc",
    "object description": "object_desc",
    "type": "object_type",
    "object type": "object_type",
    "item type": "object_type",
    "owner": "owning_user",
    "owning user": "owning_user",
    "user": "owning_user",
    "group": "owning_group",
    "owning group": "owning_group",
    "status": "release_status_list",
    "release status": "release_status_list",
    "statuses": "release_status_list",
    "release date": "date_released",
    "date released": "date_released",
    "released date": "date_released",
    "creation date": "creation_date",
    "created": "creation_date",
    "created date": "creation_date",
    "date created": "creation_date",
    "last modified": "last_mod_date",
    "last modified date": "last_mod_date",
    "modified date": "last_mod_date",
    "modification date": "last_mod_date",
    "last modified by": "last_mod_user",
    "last modifying user": "last_mod_user",
    "project": "project_ids",
    "projects": "project_ids",
    "unit of measure": "uom_tag",
    "uom": "uom_tag",
    "checked out": "checked_out",
}

BOM_PROPERTIES: Final[Mapping[str, str]] = {
    "item_id": "bl_item_item_id",
    "item_revision_id": "bl_rev_item_revision_id",
    "object_name": "bl_item_object_name",
    "object_desc": "bl_rev_object_desc",
    "object_type": "bl_item_object_type",
    "owning_user": "bl_rev_owning_user",
    "owning_group": "bl_rev_owning_group",
    "release_status_list": "bl_rev_release_status_list",
    "uom_tag": "bl_uom",
    "quantity": "bl_quantity",
    "qty": "bl_quantity",
    "quantities": "bl_quantity",
    "find_number": "bl_sequence_no",
    "find_no": "bl_sequence_no",
    "sequence_number": "bl_sequence_no",
    "reference_designator": "bl_ref_designator",
    "level": "bl_level_starting_0",
}

ENTRIES: Final[Mapping[str, str]] = {
    "item id": "Item ID",
    "item ids": "Item ID",
    "id": "Item ID",
    "part number": "Item ID",
    "item number": "Item ID",
    "name": "Name",
    "object name": "Name",
    "description": "Description",
    "type": "Type",
    "object type": "Type",
    "item type": "Type",
    "revision": "Revision",
    "owner": "Owning User",
    "owning user": "Owning User",
    "group": "Owning Group",
    "owning group": "Owning Group",
    "status": "Release Status",
    "release status": "Release Status",
    "project": "Project ID",
    "project id": "Project ID",
    "keyword": "Keyword",
}

STATES: Final[Mapping[str, str]] = {
    "released": "Released",
    "obsolete": "Obsolete",
    "obsoleted": "Obsolete",
    "frozen": "Frozen",
    "approved": "Approved",
}

RELATIONS: Final[Mapping[str, str]] = {
    "specification": "IMAN_specification",
    "specifications": "IMAN_specification",
    "reference": "IMAN_reference",
    "references": "IMAN_reference",
    "rendering": "IMAN_Rendering",
    "manifestation": "IMAN_manifestation",
    "requirement": "IMAN_requirement",
    "requirements": "IMAN_requirement",
    "master form": "IMAN_master_form",
    "based on": "IMAN_based_on",
}


class DatasetKind(NamedTuple):
    type: str
    reference: str
    extension: str


DATASETS: Final[Mapping[str, DatasetKind]] = {
    "pdf": DatasetKind("PDF", "PDF_Reference", "pdf"),
    "pdfs": DatasetKind("PDF", "PDF_Reference", "pdf"),
    "word": DatasetKind("MSWordX", "word", "docx"),
    "docx": DatasetKind("MSWordX", "word", "docx"),
    "excel": DatasetKind("MSExcelX", "excel", "xlsx"),
    "xlsx": DatasetKind("MSExcelX", "excel", "xlsx"),
    "powerpoint": DatasetKind("MSPowerPointX", "powerpoint", "pptx"),
    "jt": DatasetKind("DirectModel", "JTPART", "jt"),
    "jts": DatasetKind("DirectModel", "JTPART", "jt"),
    "directmodel": DatasetKind("DirectModel", "JTPART", "jt"),
    "text": DatasetKind("Text", "Text", "txt"),
    "nx": DatasetKind("UGMASTER", "UGPART", "prt"),
    "ugmaster": DatasetKind("UGMASTER", "UGPART", "prt"),
    "zip": DatasetKind("Zip", "ZIPFILE", "zip"),
    "image": DatasetKind("Image", "Image", "jpg"),
    "images": DatasetKind("Image", "Image", "jpg"),
    "jpeg": DatasetKind("JPEG", "JPEG_Reference", "jpg"),
    "html": DatasetKind("HTML", "HTML", "html"),
}

NUMBERS: Final[Mapping[str, int]] = {
    "a": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "ten": 10,
    "fourteen": 14,
    "thirty": 30,
}
