"""The parts that a message's content is made of: text, images, audio, files, video."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import MISSING

from parley.request.caching import CacheControl, PromptCacheBreakpoint
from parley.request.kept import Kept
from parley.request.kinds import Kinds


class TextPart(Kept):
    """Plain text."""

    type: Literal["text"]
    text: str
    cache_control: CacheControl | MISSING = MISSING
    """Caches the prompt up to the end of this part."""
    prompt_cache_breakpoint: PromptCacheBreakpoint | MISSING | None = MISSING


class ImageUrl(Kept):
    """Where an image is, and how closely to look."""

    url: str
    """An https address, or a data: URL that holds the image."""
    detail: Literal["auto", "low", "high", "original"] | str | MISSING = MISSING
    """How closely the model looks; more detail costs more tokens."""


class ImagePart(Kept):
    """An image."""

    type: Literal["image_url"]
    image_url: ImageUrl


class InputAudio(Kept):
    """A recording in base64, without a data: prefix."""

    data: str
    format: Literal["wav", "mp3", "flac", "m4a", "ogg", "aiff", "aac", "pcm16", "pcm24"] | str


class AudioPart(Kept):
    """A recording to listen to."""

    type: Literal["input_audio"]
    input_audio: InputAudio


class FileSource(Kept):
    """A document, most often a PDF: its bytes as a data: URL, an https address, or the id of an uploaded file."""

    filename: str | MISSING = MISSING
    file_data: str | MISSING = MISSING
    file_id: str | MISSING = MISSING


class FilePart(Kept):
    """A document to read."""

    type: Literal["file"]
    file: FileSource


class VideoUrl(Kept):
    """Where a video is: an https address, or a data: URL that holds it."""

    url: str
    processing: Literal["agentic", "static"] | str | MISSING = MISSING
    """`static` looks at frames at a fixed rate, `agentic` where it matters (Gemini)."""


class VideoPart(Kept):
    """A video to watch; `input_video` is the old name of the type."""

    type: Literal["video_url", "input_video"]
    video_url: VideoUrl


class OtherPart(Kept):
    """A part of a type that is not known yet, or without something that its type must have."""

    type: str | MISSING = MISSING


ContentPart = Annotated[TextPart | ImagePart | AudioPart | FilePart | VideoPart | OtherPart, Kinds("type")]
