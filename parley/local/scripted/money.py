"""What an answer costs, in play money: prices by endpoint, caches, one's own key, routers, and the forms of a usage."""

from __future__ import annotations

from collections.abc import Iterator

from parley.local.offer import Offer
from parley.local.scripted.table import Asked, Ending, Step, scripted_model, spoken, words_of

NORTH, SOUTH = "Scripted North (no model runs)", "Scripted South (no model runs)"
SAMPLING = ("temperature", "top_p", "seed", "stop")
OFFERS = (
    Offer(
        NORTH,
        "scripted-north",
        {"prompt": "0.000001", "completion": "0.000004", "input_cache_read": "0.0000001"},
        quantization="bf16",
        uptime=(100, 99.98, 99.9),
        latency=(320, 410, 780, 2100),
        throughput=(62, 71, 88, 104),
        implicit_caching=True,
    ),
    Offer(
        NORTH,
        "scripted-north/fast",
        {"prompt": "0.000002", "completion": "0.000008"},
        context_length=128_000,
        quantization="fp8",
        without=("seed",),
        uptime=(100, 100, 99.7),
        latency=(140, 180, 260, 900),
        throughput=(180, 210, 240, 290),
    ),
    Offer(
        SOUTH,
        "scripted-south",
        {"prompt": "0.0000008", "completion": "0.0000032", "discount": 0.25},
        context_length=32_000,
        max_completion_tokens=8_000,
        quantization="int4",
        without=("seed", "stop"),
        status=-2,
        uptime=(71.4, 83.2, 94.1),
        latency=(900, 1500, 4200, 12000),
        throughput=(21, 26, 31, 38),
    ),
)


@scripted_model(
    "scripted/priced",
    "Scripted: three endpoints with prices",
    supported_parameters=SAMPLING,
    given_offers=OFFERS,
    canonical="scripted/priced-20260101",
)
def priced(asked: Asked) -> Iterator[Step]:
    """Has three endpoints at two providers, each with prices, limits and parameters of its own; provider preferences choose
    among them. The answer names the model by its dated slug."""
    yield from asked.paced(spoken("This answer has a price, in play money."))


@scripted_model(
    "scripted/cache",
    "Scripted: cached tokens",
    pricing={
        "prompt": "0.000003",
        "completion": "0.000015",
        "input_cache_read": "0.0000003",
        "input_cache_write": "0.00000375",
    },
)
def cache(asked: Asked) -> Iterator[Step]:
    """Writes its prompt to a cache, at a surcharge, and in later turns reads what stood before the last answer, at a tenth."""
    spoke = [at for at, message in enumerate(asked.body["messages"]) if message.get("role") == "assistant"]
    known = asked.body["messages"][: spoke[-1]] if spoke else []
    read = sum(len(words_of(message.get("content")).split()) for message in known)
    yield from asked.paced(spoken(f"{read} tokens came from the cache."))
    yield 0.0, Ending(native="end_turn", more={"cached": read, "written": asked.prompt_tokens - read})


@scripted_model(
    "scripted/byok",
    "Scripted: one's own provider key",
    given_offers=(
        Offer(
            NORTH, "scripted-north", {"prompt": "0.000001", "completion": "0.000004"}, byok=True, quantization="bf16"
        ),
    ),
)
def byok(asked: Asked) -> Iterator[Step]:
    """Costs nothing here, because the provider bills the owner of the key: the usage names that bill apart."""
    yield from asked.paced(spoken("Somebody else sends the bill."))


@scripted_model(
    "scripted/auto",
    "Scripted: a router",
    pricing={"prompt": "-1", "completion": "-1"},
    routes_to="scripted/priced",
)
def auto(asked: Asked) -> Iterator[Step]:
    """Has no price of its own, because it hands the request to scripted/priced, which then answers under its own name."""
    yield from asked.paced(spoken("Nobody hears this."))


@scripted_model(
    "scripted/tiers",
    "Scripted: dearer when the prompt is long",
    pricing={
        "prompt": "0.000001",
        "completion": "0.000002",
        "overrides": [{"min_prompt_tokens": 20, "prompt": "0.000002", "completion": "0.000003"}],
    },
)
def tiers(asked: Asked) -> Iterator[Step]:
    """Charges the whole request at higher prices when the prompt has more than twenty tokens."""
    yield from asked.paced(spoken("Long prompts cost more."))


@scripted_model(
    "scripted/uncosted",
    "Scripted: usage without a cost",
    pricing={"prompt": "0.000001", "completion": "0.000002"},
)
def uncosted(asked: Asked) -> Iterator[Step]:
    """Counts its tokens and does not say what they cost, as answers did until 2025: the price list must do."""
    yield from asked.paced(spoken("What this costs, you must work out."))
    yield 0.0, Ending(unsaid=("cost", "is_byok", "cost_details"))


@scripted_model("scripted/usage-null", "Scripted: usage beside a null finish reason")
def usage_null(asked: Asked) -> Iterator[Step]:
    """Sends its usage in a chunk whose finish reason is null again, as streams did until early 2026."""
    yield from asked.paced(spoken("The last chunk has no reason."))
    yield 0.0, Ending(tail="null")


@scripted_model("scripted/usage-choiceless", "Scripted: usage without choices")
def usage_choiceless(asked: Asked) -> Iterator[Step]:
    """Sends its usage in a chunk without choices, as streams did in March 2026."""
    yield from asked.paced(spoken("The last chunk has no choices."))
    yield 0.0, Ending(tail="choiceless")


@scripted_model(
    "scripted/booking",
    "Scripted: booked late",
    pricing={"prompt": "0.000001", "completion": "0.000002"},
)
def booking(asked: Asked) -> Iterator[Step]:
    """Is answered with 404 by GET /generation for two seconds, then found; "booked in 500 ms" changes that."""
    yield from asked.paced(spoken("The books are closed for a moment."))
    yield 0.0, Ending(booked_after=asked.seconds("booked in", 2.0))
