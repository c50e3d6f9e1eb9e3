"""The form in which a snapshot leaves Parley and comes back: what exporting writes and importing reads, as values.

`session.schema.json` in this folder describes it for everybody else.
"""

from parley.bundle.carrying import COMMENT, TEMPLATE, between, carried, uncarried
from parley.bundle.document import FORMAT, VERSION, document_of, snapshot_of
from parley.bundle.lifting import BLOBS, DOCUMENT, lifted, named, restored
from parley.bundle.limits import LARGEST_MB

__all__ = [
    "BLOBS",
    "COMMENT",
    "DOCUMENT",
    "FORMAT",
    "LARGEST_MB",
    "TEMPLATE",
    "VERSION",
    "between",
    "carried",
    "document_of",
    "lifted",
    "named",
    "restored",
    "snapshot_of",
    "uncarried",
]
