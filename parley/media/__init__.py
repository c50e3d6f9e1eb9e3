"""What a person attaches: told apart by its first bytes, measured, made smaller, and put into the parts that are sent."""

from parley.media.attachment import Attachment, at_address, from_file, of_part
from parley.media.kinds import Kind, Way, kind_of
from parley.media.limits import LARGEST_MB, MOST, size_words
from parley.media.modalities import Lack, lacking, modality
from parley.media.parts import as_part, as_text, data_url, held_in
from parley.media.pdf_engines import ENGINES, engine_of, with_engine
from parley.media.scaling import LONG_SIDE, scaled, worth_scaling

__all__ = [
    "ENGINES",
    "LARGEST_MB",
    "LONG_SIDE",
    "MOST",
    "Attachment",
    "Kind",
    "Lack",
    "Way",
    "as_part",
    "as_text",
    "at_address",
    "data_url",
    "engine_of",
    "from_file",
    "held_in",
    "kind_of",
    "lacking",
    "modality",
    "of_part",
    "scaled",
    "size_words",
    "with_engine",
    "worth_scaling",
]
