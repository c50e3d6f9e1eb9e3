"""Plugins: what OpenRouter does to a request or an answer on its way."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import MISSING

from parley.request.helpers import HelperTool
from parley.request.kept import Kept
from parley.request.kinds import Kinds
from parley.request.knob import Bounds, Integer, JsonObject, Number, Switch
from parley.request.searching import Count, Domains, SearchMode, UserLocation, XSearch

Patterns = Annotated[list[str] | MISSING, Bounds(most=1024, longest=1024)]
CostTier = Literal["low", "medium", "high", "xhigh", "max"]


class Plugin(Kept):
    """What all plugins share."""

    enabled: Switch | MISSING = MISSING
    """False switches off a plugin that the account has on."""


class WebPlugin(Plugin):
    """Searches the web before the model answers."""

    id: Literal["web"]
    engine: Literal["native", "exa", "firecrawl", "parallel", "perplexity"] | str | MISSING = MISSING
    max_results: Count = MISSING
    """Usually 5."""
    max_uses: Count = MISSING
    mode: SearchMode | str | MISSING = MISSING
    search_prompt: str | MISSING = MISSING
    """The words that introduce the results to the model."""
    include_domains: Domains = MISSING
    """Only these domains and paths, `*` allowed; not together with `exclude_domains`."""
    exclude_domains: Domains = MISSING
    user_location: UserLocation | MISSING | None = MISSING
    x_search: XSearch | MISSING = MISSING


class WebFetchPlugin(Plugin):
    """Reads the pages that the prompt names."""

    id: Literal["web-fetch"]
    max_uses: Count = MISSING
    max_content_tokens: Count = MISSING
    allowed_domains: Domains = MISSING
    blocked_domains: Domains = MISSING


class PdfOptions(Kept):
    """Who reads PDF files."""

    engine: Literal["mistral-ocr", "native", "cloudflare-ai", "pdf-text"] | str | MISSING = MISSING
    """`mistral-ocr` is paid by the page; `pdf-text` is the old name of `cloudflare-ai`."""


class FileParserPlugin(Plugin):
    """Turns files into text for models that cannot read them."""

    id: Literal["file-parser"]
    pdf: PdfOptions | MISSING = MISSING


class ResponseHealingPlugin(Plugin):
    """Repairs broken JSON in an answer; not for streams."""

    id: Literal["response-healing"]


class ContextCompressionPlugin(Plugin):
    """Shortens a conversation that is too long for the model."""

    id: Literal["context-compression"]
    engine: Literal["middle-out"] | str | MISSING = MISSING


class ModerationPlugin(Plugin):
    """Checks the prompt before it is sent on."""

    id: Literal["moderation"]


class AutoRouterPlugin(Plugin):
    """Among which models `openrouter/auto` chooses."""

    id: Literal["auto-router", "auto-beta-router"]
    allowed_models: Patterns = MISSING
    excluded_models: Patterns = MISSING
    cost_tier: CostTier | str | MISSING = MISSING
    cost_quality_tradeoff: Annotated[Integer | MISSING, Bounds(low=0, high=10)] = MISSING
    """Deprecated: use `cost_tier`."""
    pin_model: Switch | MISSING = MISSING
    """Keeps the model it chose first for the rest of the conversation; not for the beta router."""


class ParetoRouterPlugin(Plugin):
    """The cheapest model that is good enough at code."""

    id: Literal["pareto-router"]
    min_coding_score: Annotated[Number | MISSING, Bounds(low=0, high=1)] = MISSING
    max_price: Annotated[Number | MISSING, Bounds(low=0)] = MISSING
    """Dollars per million prompt tokens; 404 where no model is as cheap."""
    price_source: Literal["prompt", "weighted_avg"] | str | MISSING = MISSING


class FusionPlugin(Plugin):
    """Several models answer, and one makes their answers into one."""

    id: Literal["fusion"]
    preset: Literal["general-high", "general-budget", "general-fast"] | str | MISSING = MISSING
    analysis_models: Annotated[list[str] | MISSING, Bounds(least=1, most=8)] = MISSING
    model: str | MISSING = MISSING
    max_tool_calls: Annotated[Integer | MISSING, Bounds(low=1, high=16)] = MISSING
    tools: Annotated[list[HelperTool] | MISSING, Bounds(most=8)] = MISSING


class AlignmentRule(Kept):
    """One thing an answer must or must not do, and in which of its fields that is watched."""

    rule: str
    watch: list[str] | MISSING = MISSING


class AlignmentPlugin(Plugin):
    """States rules to the model and holds every answer against them; beta."""

    id: Literal["alignment"]
    rules: list[AlignmentRule]
    mode: Literal["enforce", "audit"] | str | MISSING = MISSING
    """`enforce` withholds an answer that breaks a rule and tries again; `audit`, the usual, only reports."""
    threshold: Annotated[Number | MISSING, Bounds(low=0.01, high=1)] = MISSING
    """Probability from which a rule counts as broken; usually 0.7."""
    max_retries: Annotated[Integer | MISSING, Bounds(low=0)] = MISSING
    """Usually 1."""
    instruct: Switch | MISSING = MISSING
    """Whether the model is told the rules; usually true."""


class ArmorPlugin(Plugin):
    """Judges every tool call of the model by rules before it reaches us."""

    id: Literal["armor"]
    mode: Literal["enforce", "audit"] | str | MISSING = MISSING
    """`enforce`, the usual, withholds calls that are blocked; `audit` only reports."""
    on_error: Literal["block", "log"] | str | MISSING = MISSING
    """What becomes of a call that could not be judged; usually `block`."""
    output_mode: Literal["text", "custom_item", "claude_code_compatibility"] | str | MISSING = MISSING
    """How a blocked call shows; chat completions know `text`."""
    classifier_context: JsonObject | MISSING = MISSING
    evaluate_native_tools: Switch | MISSING = MISSING
    use_cc_style_default_rules: Switch | MISSING = MISSING


class JevRouterPlugin(Plugin):
    """Among which models this router chooses."""

    id: Literal["jev-router"]
    models: Patterns = MISSING
    allowed_models: Patterns = MISSING
    """Joined with `models`."""
    excluded_models: Patterns = MISSING
    """Wins over both."""
    cost_tier: Literal["low", "medium", "high"] | str | MISSING = MISSING


class SwitchyardRouterPlugin(Plugin):
    """How this router chooses between an efficient and a capable model."""

    id: Literal["switchyard-router"]
    algorithm: Literal["capability", "stage", "auto", "random", "composite", "passthrough"] | str | MISSING = MISSING
    """Usually `stage`."""
    judge_model: str | MISSING = MISSING
    """The model that judges how hard a task is; billed like any request."""


class OtherPlugin(Plugin):
    """A plugin that is not known yet, or one without something it must have."""

    id: str | MISSING = MISSING


AnyPlugin = Annotated[
    WebPlugin
    | WebFetchPlugin
    | FileParserPlugin
    | ResponseHealingPlugin
    | ContextCompressionPlugin
    | ModerationPlugin
    | AutoRouterPlugin
    | ParetoRouterPlugin
    | FusionPlugin
    | AlignmentPlugin
    | ArmorPlugin
    | JevRouterPlugin
    | SwitchyardRouterPlugin
    | OtherPlugin,
    Kinds("id"),
]
