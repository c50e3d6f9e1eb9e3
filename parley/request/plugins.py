"""Plugins: what OpenRouter does to a request or an answer on its way."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import MISSING

from parley.request.helpers import HelperTool
from parley.request.kept import Kept
from parley.request.kinds import Kinds
from parley.request.knob import Bounds, Inner, Integer, JsonObject, Number, Switch
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
    """Who searches; without it the provider itself where it can, else exa."""
    max_results: Count = MISSING
    """Usually 5."""
    max_uses: Count = MISSING
    """Searches that the model may make in one turn, where the provider counts them."""
    mode: SearchMode | str | MISSING = MISSING
    """How thorough exa or parallel are."""
    search_prompt: Annotated[str | MISSING, Inner(editor="long_text")] = MISSING
    """The words that introduce the results to the model."""
    include_domains: Domains = MISSING
    """Only these domains and paths, `*` allowed; not together with `exclude_domains`."""
    exclude_domains: Domains = MISSING
    """None of these domains and paths, `*` allowed."""
    user_location: UserLocation | MISSING | None = MISSING
    """Where the asker roughly is, for results that fit the place."""
    x_search: Annotated[XSearch | MISSING, Inner("Posts on X")] = MISSING
    """Also searches posts on X; xAI only."""


class WebFetchPlugin(Plugin):
    """Reads the pages that the prompt names."""

    id: Literal["web-fetch"]
    max_uses: Count = MISSING
    """Pages for the whole request."""
    max_content_tokens: Count = MISSING
    """Tokens taken from each page, roughly; the rest is cut off."""
    allowed_domains: Domains = MISSING
    """Only pages of these domains."""
    blocked_domains: Domains = MISSING
    """No pages of these domains."""


class PdfOptions(Kept):
    """Who reads PDF files."""

    engine: Literal["mistral-ocr", "native", "cloudflare-ai", "pdf-text"] | str | MISSING = MISSING
    """`mistral-ocr` is paid by the page; `pdf-text` is the old name of `cloudflare-ai`."""


class FileParserPlugin(Plugin):
    """Turns files into text for models that cannot read them."""

    id: Literal["file-parser"]
    pdf: Annotated[PdfOptions | MISSING, Inner("PDF files")] = MISSING
    """How PDF files are read."""


class ResponseHealingPlugin(Plugin):
    """Repairs broken JSON in an answer; not for streams."""

    id: Literal["response-healing"]


class ContextCompressionPlugin(Plugin):
    """Shortens a conversation that is too long for the model."""

    id: Literal["context-compression"]
    engine: Literal["middle-out"] | str | MISSING = MISSING
    """How it is shortened: `middle-out` leaves out the middle."""


class ModerationPlugin(Plugin):
    """Checks the prompt before it is sent on."""

    id: Literal["moderation"]


class AutoRouterPlugin(Plugin):
    """Among which models `openrouter/auto` chooses."""

    id: Literal["auto-router", "auto-beta-router"]
    allowed_models: Patterns = MISSING
    """Only models whose slugs fit one of these patterns, such as `anthropic/*`."""
    excluded_models: Patterns = MISSING
    """No models whose slugs fit one of these patterns; wins over the allowed ones."""
    cost_tier: CostTier | str | MISSING = MISSING
    """How dear the model may be: five bands, from the cheapest fifth to the dearest."""
    cost_quality_tradeoff: Annotated[Integer | MISSING, Bounds(low=0, high=10)] = MISSING
    """Deprecated: use `cost_tier`."""
    pin_model: Switch | MISSING = MISSING
    """Keeps the model it chose first for the rest of the conversation; not for the beta router."""


class ParetoRouterPlugin(Plugin):
    """The cheapest model that is good enough at code."""

    id: Literal["pareto-router"]
    min_coding_score: Annotated[Number | MISSING, Bounds(low=0, high=1)] = MISSING
    """How good at code, 0 to 1: from 0.66 on the best, from 0.33 the middle, below it the cheapest. Without effect beside `max_price`."""
    max_price: Annotated[Number | MISSING, Bounds(low=0)] = MISSING
    """Dollars per million prompt tokens; 404 where no model is as cheap."""
    price_source: Literal["prompt", "weighted_avg"] | str | MISSING = MISSING
    """Which price counts: the one in the list (`prompt`), or what was paid on average (`weighted_avg`)."""


class FusionPlugin(Plugin):
    """Several models answer, and one makes their answers into one."""

    id: Literal["fusion"]
    preset: Literal["general-high", "general-budget", "general-fast"] | str | MISSING = MISSING
    """A panel that OpenRouter has put together; models that are named here win over it."""
    analysis_models: Annotated[list[str] | MISSING, Bounds(least=1, most=8)] = MISSING
    """Slugs of the 1 to 8 models that answer."""
    model: str | MISSING = MISSING
    """Slug of the model that joins their answers."""
    max_tool_calls: Annotated[Integer | MISSING, Bounds(low=1, high=16)] = MISSING
    """Steps that each model may take with its tools, at most 16; usually 4."""
    tools: Annotated[list[HelperTool] | MISSING, Bounds(most=8), Inner(noun="a tool")] = MISSING
    """Server tools of the panel; usually web search and web fetch. An empty list takes them away."""


class AlignmentRule(Kept):
    """One thing an answer must or must not do, and in which of its fields that is watched."""

    rule: Annotated[str, Inner(editor="long_text")]
    """What an answer must do, or must not, in a sentence."""
    watch: list[str] | MISSING = MISSING
    """Fields of the answer in which the rule is watched; without it in all of them."""


class AlignmentPlugin(Plugin):
    """States rules to the model and holds every answer against them; beta."""

    id: Literal["alignment"]
    rules: Annotated[list[AlignmentRule], Inner(noun="a rule")]
    """What every answer is held against."""
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
    """What the judge should know besides, as an object of your own."""
    evaluate_native_tools: Switch | MISSING = MISSING
    """Whether calls of tools that the provider runs itself are judged, too."""
    use_cc_style_default_rules: Annotated[Switch | MISSING, Inner("Default rules for coding agents")] = MISSING
    """Whether the rules that are usual for coding agents hold besides."""


class JevRouterPlugin(Plugin):
    """Among which models this router chooses."""

    id: Literal["jev-router"]
    models: Patterns = MISSING
    """Only models whose slugs fit one of these patterns."""
    allowed_models: Patterns = MISSING
    """Joined with `models`."""
    excluded_models: Patterns = MISSING
    """Wins over both."""
    cost_tier: Literal["low", "medium", "high"] | str | MISSING = MISSING
    """How dear the model may be."""


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
