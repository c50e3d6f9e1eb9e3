"""Tools a model may call: our own functions, and tools that run on OpenRouter's side."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import MISSING

from parley.request.caching import CacheControl
from parley.request.helpers import Advisor, Fusion, Subagent
from parley.request.kept import Kept
from parley.request.kinds import Kinds
from parley.request.knob import Bounds, Inner, Integer, JsonObject, Switch
from parley.request.searching import Count, Domains, WebSearch

FetchEngine = Literal["auto", "native", "openrouter", "exa", "parallel", "firecrawl"]
Shorthand = Literal["web_search", "web_search_preview", "web_search_preview_2025_03_11", "web_search_2025_08_26"]


class Function(Kept):
    """A function of ours, described to the model."""

    name: Annotated[str, Bounds(shortest=1, longest=64)]
    """How the model calls it, in at most 64 characters."""
    description: Annotated[str | MISSING, Inner(editor="long_text")] = MISSING
    """What it does and when to call it; the model goes by this."""
    parameters: Annotated[JsonObject | MISSING, Inner("Parameters", "schema")] = MISSING
    """JSON schema of its arguments."""
    strict: Switch | MISSING | None = MISSING
    """Whether the arguments must keep to the schema."""
    defer_loading: Switch | MISSING = MISSING
    """Kept out of the prompt until a search for tools finds it."""


class FunctionTool(Kept):
    """A function that the model may ask us to call; nothing calls it by itself."""

    type: Literal["function"]
    function: Function
    """What the model is told of the function."""
    cache_control: CacheControl | MISSING = MISSING
    """Caches the prompt up to the end of this tool."""
    defer_loading: Annotated[Switch | MISSING, Inner("Defer loading of the tool")] = MISSING
    """Kept out of the prompt until a search for tools finds it."""


class WebSearchTool(Kept):
    """Lets the model search the web."""

    type: Literal["openrouter:web_search"]
    parameters: Annotated[WebSearch | MISSING, Inner("Settings")] = MISSING
    """How it searches."""


class WebSearchShorthand(WebSearch):
    """Web search in OpenAI's spelling, its settings beside the type."""

    type: Shorthand
    parameters: Annotated[WebSearch | MISSING, Inner("Settings")] = MISSING
    """The same settings in the other spelling."""


class WebFetch(Kept):
    """How pages are fetched."""

    engine: FetchEngine | str | MISSING = MISSING
    """Who fetches the page; `auto` is the provider itself where it can."""
    max_uses: Count = MISSING
    """Fetches for the whole request."""
    max_content_tokens: Count = MISSING
    """Tokens taken from each page."""
    allowed_domains: Domains = MISSING
    """Only these domains; not together with `blocked_domains`."""
    blocked_domains: Domains = MISSING
    """None of these domains."""


class WebFetchTool(Kept):
    """Lets the model read a page of the web."""

    type: Literal["openrouter:web_fetch"]
    parameters: Annotated[WebFetch | MISSING, Inner("Settings")] = MISSING
    """How it fetches."""


class Clock(Kept):
    """Where the clock hangs."""

    timezone: str | MISSING = MISSING
    """An IANA name such as Europe/Berlin; usually UTC."""


class DatetimeTool(Kept):
    """Tells the model the date and the time."""

    type: Literal["openrouter:datetime"]
    parameters: Annotated[Clock | MISSING, Inner("Settings")] = MISSING
    """Which clock it reads."""


class ImageGeneration(Kept):
    """Which model draws; every other key is one of its own settings, as in `image_config`."""

    model: str | MISSING = MISSING
    """The model that draws."""


class ImageGenerationTool(Kept):
    """Lets the model have an image made."""

    type: Literal["openrouter:image_generation"]
    parameters: Annotated[ImageGeneration | MISSING, Inner("Settings")] = MISSING
    """How it draws."""


class AdvisorTool(Kept):
    """Lets the model ask another one for advice; several may be given, one of them without a name."""

    type: Literal["openrouter:advisor"]
    parameters: Annotated[Advisor | MISSING, Inner("Settings")] = MISSING
    """Who advises, and how."""


class SubagentTool(Kept):
    """Lets the model hand a task to another one."""

    type: Literal["openrouter:subagent"]
    parameters: Annotated[Subagent | MISSING, Inner("Settings")] = MISSING
    """Who does the task, and how."""


class FusionTool(Kept):
    """Lets the model put a question to several others and get their answers made into one."""

    type: Literal["openrouter:fusion"]
    parameters: Annotated[Fusion | MISSING, Inner("Settings")] = MISSING
    """Who answers, and who joins the answers."""


class Environment(Kept):
    """The machine on which commands run: a new one, or one that is named."""

    type: Literal["container_auto", "container_reference"] | str
    """`container_auto` takes a new machine, `container_reference` one that is named."""
    container_id: Annotated[str | MISSING, Bounds(shortest=1, longest=20)] = MISSING
    """Which machine; for `container_reference`."""
    file_ids: Annotated[list[str] | MISSING, Bounds(most=20)] = MISSING
    """Files of the account that are copied into it before the first command."""
    network_policy: JsonObject | MISSING = MISSING
    """Which hosts it may reach; without it none."""


class Bash(Kept):
    """How commands are run."""

    engine: Literal["auto", "native", "openrouter"] | str | MISSING = MISSING
    """`auto` hands the call back to us instead of running it."""
    environment: Environment | MISSING = MISSING
    """On which machine commands run; without it on a new one."""
    sleep_after_seconds: Annotated[Integer | MISSING, Bounds(low=1, high=2_592_000)] = MISSING
    """Idle seconds after which the machine sleeps; usually 900."""


class BashTool(Kept):
    """Lets the model run shell commands in a container."""

    type: Literal["openrouter:bash"]
    parameters: Annotated[Bash | MISSING, Inner("Settings")] = MISSING
    """Where and how commands run."""


class FilesTool(Kept):
    """Lets the model work with the files of the account."""

    type: Literal["openrouter:files"]
    parameters: Annotated[JsonObject | MISSING, Inner("Settings")] = MISSING
    """It has no settings so far."""


class ModelSearch(Kept):
    """How the catalogue is searched."""

    max_results: Annotated[Integer | MISSING, Bounds(low=1, high=20)] = MISSING
    """Models for one search; usually 5."""


class ModelSearchTool(Kept):
    """Lets the model search OpenRouter's catalogue."""

    type: Literal["openrouter:experimental__search_models"]
    parameters: Annotated[ModelSearch | MISSING, Inner("Settings")] = MISSING
    """How it searches."""


class OtherTool(Kept):
    """A tool of a type that is not known yet, or without something that its type must have."""

    type: str | MISSING = MISSING


Tool = Annotated[
    FunctionTool
    | WebSearchTool
    | WebSearchShorthand
    | WebFetchTool
    | DatetimeTool
    | ImageGenerationTool
    | AdvisorTool
    | SubagentTool
    | FusionTool
    | BashTool
    | FilesTool
    | ModelSearchTool
    | OtherTool,
    Kinds("type"),
]


class FunctionName(Kept):
    """The function that must be called."""

    name: str
    """The name of the function."""


class NamedChoice(Kept):
    """Makes the model call one function."""

    type: Literal["function"]
    function: FunctionName


class ServerChoice(Kept):
    """Makes the model use one server tool, named by its type."""

    type: str | MISSING = MISSING


ToolChoice = Literal["none", "auto", "required"] | str | Annotated[NamedChoice | ServerChoice, Kinds("type")]
