"""How a broken rule is mended: each makes a remedy for the object that breaks it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import MISSING

from parley.request.chat import ChatRequest
from parley.request.conditions import ONLINE, given, items, loose, namesakes, wanted_and_banned
from parley.request.kept import Kept, brief, copied
from parley.request.remedy import Remedy
from parley.request.routing import ProviderPreferences

Way = Callable[[Any], Remedy]
SPEECH = {"voice": "alloy", "format": "pcm16"}


def setting(path: str, value: Any) -> Way:
    """Give a key this value, whatever it had."""
    switch = f"Set {path}" if value is True else f"Set {path} to {value if isinstance(value, str) else brief(value)}"
    return lambda it: Remedy(label=switch, put={path: value})


def dropping(*paths: str, label: str = "") -> Way:
    """Leave keys out."""
    return lambda it: Remedy(label=label or f"Drop {paths[0]}", drop=paths)


def without(key: str, unwanted: Callable[[Any], bool], label: str) -> Way:
    """Leave some items of a list out."""

    def way(it: Kept) -> Remedy:
        listed = copied(dict(it.held())[key])
        return Remedy(label=label, drop=tuple(f"{key}[{n}]" for n, item in enumerate(listed) if unwanted(item)))

    return way


def named_apart(tool: type[Kept], noun: str) -> Way:
    """Give each helper of a kind that shares its name another one."""

    def way(request: ChatRequest) -> Remedy:
        places = list(namesakes(request, tool))
        taken = {getattr(getattr(one, "parameters", None), "name", None) for one in items(request.tools)}
        free = (name for n in range(2, len(taken) + len(places) + 3) if (name := f"{noun} {n}") not in taken)
        put = {f"tools[{n}].parameters.name": name for n, name in zip(places, free, strict=False)}
        return Remedy(label=f"Name the {noun}s", put=put)

    return way


def without_namesakes(tool: type[Kept]) -> Way:
    return lambda request: Remedy(label="Keep the first", drop=tuple(f"tools[{n}]" for n in namesakes(request, tool)))


def out_of_both(key: str) -> Way:
    """Take the providers that are wanted and banned out of one of the two lists."""

    def way(wishes: ProviderPreferences) -> Remedy:
        both = wanted_and_banned(wishes)
        listed = enumerate(items(getattr(wishes, key)))
        return Remedy(label=f"Take it out of {key}", drop=tuple(f"{key}[{n}]" for n, slug in listed if slug in both))

    return way


def speaking_in_pcm(request: ChatRequest) -> Remedy:
    """The format that every speaking model streams, and a voice where none is named."""
    audio = loose(request, "audio")
    known = audio if isinstance(audio, dict) else {}
    return Remedy(label="Set audio", put={"audio": {**SPEECH, **known, "format": SPEECH["format"]}})


def online_as_plugin(request: ChatRequest) -> Remedy:
    return Remedy(
        label="Use the web plugin",
        put={"model": str(request.model).removesuffix(ONLINE), **with_plugin(request, {"id": "web"})},
    )


def as_plugin(request: ChatRequest) -> Remedy:
    """The plugin that does what `transforms` did; an empty list switched it off."""
    off = {} if loose(request, "transforms") else {"enabled": False}
    put = with_plugin(request, {"id": "context-compression", **off})
    return Remedy(label="Use context-compression", put=put, drop=("transforms",))


def with_plugin(request: ChatRequest, plugin: dict[str, Any]) -> dict[str, Any]:
    """What puts a plugin beside those that are there; nothing where it is there already."""
    listed = [] if request.plugins is MISSING else copied(items(request.plugins))
    known = any(isinstance(one, dict) and one.get("id") == plugin["id"] for one in listed)
    return {} if known else {"plugins": [*listed, plugin]}


def as_reasoning(request: ChatRequest) -> Remedy:
    """What `include_reasoning` says, in today's words, without touching what `reasoning` says already."""
    put: dict[str, Any] = {} if given(request.reasoning) else {"reasoning": {}}
    if loose(request, "include_reasoning") is False:
        put = {"reasoning.exclude": True}
    return Remedy(label="Use reasoning", put=put, drop=("include_reasoning",))
