"""The one list of what cannot be anything but a key, by who makes such keys: for logs, files, pasted texts and the check.

Every shape takes time in proportion to the text. What is listed here is taken out of people's own words without asking, so a
shape must be one that nothing else has.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

Opens = Literal["key", "token", "private key"]


class Shape(NamedTuple):
    """What keys of one maker look like."""

    maker: str
    pattern: str
    """It begins where a word does, unless it is `free`."""
    opens: Opens = "key"
    free: bool = False


_PRIVATE = r"PRIVATE KEY(?: BLOCK)?-----"
_MODELS = (
    Shape("OpenRouter", r"sk-or-[\w-]{16,}"),
    Shape("Anthropic", r"sk-ant-[\w-]{16,}"),
    Shape("OpenAI", r"sk-(?:proj|svcacct|admin)-[\w-]{16,}"),
    Shape("OpenAI and others", r"[spr]k-[\w-]{20,}"),
    Shape("xAI", r"xai-[\w-]{20,}"),
    Shape("Perplexity", r"pplx-[\w-]{20,}"),
    Shape("NVIDIA", r"nvapi-[\w-]{20,}"),
    Shape("Cerebras", r"csk-[\w-]{20,}"),
    Shape("Groq", r"gsk_[A-Za-z0-9]{20,}"),
    Shape("Hugging Face", r"hf_[A-Za-z0-9]{20,}"),
    Shape("Replicate", r"r8_[A-Za-z0-9]{20,}"),
    Shape("Fireworks", r"fw_[A-Za-z0-9]{20,}"),
    Shape("Together", r"tgp_v1_[\w-]{30,}"),
    Shape("ElevenLabs", r"sk_[0-9a-f]{40,}"),
    Shape("Jina", r"jina_[A-Za-z0-9]{30,}"),
    Shape("Pinecone", r"pcsk_\w{30,}"),
    Shape("LangSmith", r"lsv2_(?:pt|sk)_\w{30,}"),
    Shape("Tavily", r"tvly-[\w-]{20,}"),
    Shape("Firecrawl", r"fc-[0-9a-f]{32}"),
)
_CLOUDS = (
    Shape("Google", r"AIza[\w-]{30,}"),
    Shape("Google OAuth", r"GOCSPX-[\w-]{20,}|ya29\.[\w-]{20,}"),
    Shape("AWS", r"A[KSBC][ISC]A[A-Z0-9]{16}"),
    Shape("AWS Bedrock", r"ABSK[A-Za-z0-9+/]{40,}={0,2}"),
    Shape("Azure", r"(?:Shared)?Ac(?:count|cess)Key=[A-Za-z0-9+/]{40,}={0,2}|[\w~.]{3}\dQ~[\w~.-]{31,34}"),
    Shape("DigitalOcean", r"do[opr]_v1_[0-9a-f]{60,}"),
    Shape("Databricks", r"dapi[0-9a-f]{32}"),
    Shape("Heroku", r"HRKU-[\w-]{30,}"),
    Shape("Netlify", r"nfp_[A-Za-z0-9]{30,}"),
    Shape("Supabase", r"sbp_[0-9a-f]{40}|sb_secret_[\w-]{20,}"),
    Shape("PlanetScale", r"pscale_(?:tkn|pw|oauth)_[\w.-]{30,}"),
    Shape("Fly", r"fm[12]_[\w+/=-]{40,}"),
)
_TOOLS = (
    Shape("GitHub", r"gh[oprsu]_[A-Za-z0-9]{20,}|github_pat_\w{20,}"),
    Shape("GitLab", r"gl(?:pat|dt|rt|ptt|cbt|soat)-[\w-]{20,}"),
    Shape("Slack", r"xox[abeprs]-[\w-]{20,}|xapp-[\w-]{20,}|hooks\.slack\.com/services/[\w/]{30,}"),
    Shape("Discord", r"[MNO][\w-]{23,25}\.[\w-]{6}\.[\w-]{27,}|discord(?:app)?\.com/api/webhooks/\d{15,25}/[\w-]{50,}"),
    Shape("Telegram", r"\d{8,10}:AA[\w-]{33}(?![\w-])"),
    Shape("npm", r"npm_[A-Za-z0-9]{30,}"),
    Shape("PyPI", r"pypi-[\w-]{40,}"),
    Shape("RubyGems", r"rubygems_[0-9a-f]{40,}"),
    Shape("Docker", r"dckr_(?:pat|oat)_[\w-]{20,}"),
    Shape("Linear", r"lin_(?:api|oauth)_[A-Za-z0-9]{30,}"),
    Shape("Notion", r"ntn_[A-Za-z0-9]{40,}|secret_[A-Za-z0-9]{40,}"),
    Shape("Figma", r"fig[dou]_[\w-]{40,}"),
    Shape("Airtable", r"pat[A-Za-z0-9]{14}\.[0-9a-f]{64}"),
    Shape("Atlassian", r"ATATT3[\w=-]{50,}"),
    Shape("HubSpot", r"pat-(?:na|eu)\d-[0-9a-f-]{36}"),
    Shape("Postman", r"PMAK-[0-9a-f]{24}-[0-9a-f]{34}"),
    Shape("New Relic", r"NRAK-[A-Z0-9]{27}"),
    Shape("Grafana", r"glsa_\w{32,}|glc_[\w+/=]{32,}"),
    Shape("Sentry", r"sntry[su]_[\w+/=-]{40,}"),
    Shape("Dynatrace", r"dt0[cs]01\.[A-Z0-9]{24}\.[A-Z0-9]{64}"),
    Shape("PostHog", r"ph[cx]_[A-Za-z0-9]{30,}"),
    Shape("Vault", r"hv[sbr]\.[\w-]{24,}"),
    Shape("Doppler", r"dp\.(?:pt|st|sa|ct|scim|audit)\.[\w.-]{40,}"),
    Shape("1Password", r"ops_eyJ[\w+/=-]{40,}"),
    Shape("Terraform", r"[A-Za-z0-9]{14}\.atlasv1\.[\w-]{60,}"),
    Shape("Pulumi", r"pul-[0-9a-f]{40}"),
)
_TRADE = (
    Shape("Stripe", r"[prs]k_(?:live|test)_[A-Za-z0-9]{20,}|whsec_[A-Za-z0-9+/]{24,}={0,2}"),
    Shape("Square", r"sq0(?:atp|csp|idp)-[\w-]{20,}"),
    Shape("Shopify", r"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}"),
    Shape("Braintree", r"access_token\$production\$[0-9a-z]{16}\$[0-9a-f]{32}"),
    Shape("SendGrid", r"SG\.[\w-]{16,}\.[\w-]{16,}"),
    Shape("Mailgun", r"key-[0-9a-f]{32}"),
    Shape("Mailchimp", r"[0-9a-f]{32}-us\d{1,2}"),
    Shape("Brevo", r"xkeysib-[\w-]{40,}"),
    Shape("Twilio", r"SK[0-9a-f]{32}|AC[0-9a-f]{32}"),
    Shape("X", r"AAAAAAAAAAAAAAAAAAAAA(?=\w{0,200}%)[\w%]{30,}"),
)
_PLAIN = (
    Shape("age", r"AGE-SECRET-KEY-1[0-9A-Z]{58}", "private key"),
    Shape("Mapbox", r"[spt]k\.eyJ[\w-]{20,}\.[\w-]{16,}", "token"),
    Shape("JSON Web Token", r"(?<![\w-])eyJ[\w-]{10,}+\.eyJ[\w-]{10,}+\.[\w-]*", "token"),
    Shape("", r"[Bb](?i:earer)\s++(?=[\w+/=.~-]{0,200}\d)[\w+/=.~-]{20,}", "token"),
    Shape(
        "PEM",
        rf"-----BEGIN [A-Z0-9 ]{{0,30}}{_PRIVATE}(?:(?:(?!-----)[\s\S]){{0,20000}}-----END [A-Z0-9 ]{{0,30}}{_PRIVATE}"
        r"|(?:(?:\s|\\[nr])*+[A-Za-z0-9+/=]{16,}+)*+)",
        "private key",
        free=True,
    ),
    Shape(
        "PuTTY",
        r"PuTTY-User-Key-File-\d:(?:(?!PuTTY-User|Private-MAC)[\s\S]){0,9000}(?:Private-MAC: *[0-9a-f]+)?",
        "private key",
    ),
)
SHAPES: tuple[Shape, ...] = (*_MODELS, *_CLOUDS, *_TOOLS, *_TRADE, *_PLAIN)
"""In the order in which they are tried: a maker's own beginning before one that several have."""

WORD_BEGINS = r"(?:(?<![A-Za-z0-9])|(?<=\\[nrt]))"
"""A key may stand behind the end of a line that is spelled out, as in JSON within a text."""


def _alternatives() -> str:
    """Each begins with a letter, so that the engine leaves out at once what begins otherwise: no groups around them."""
    bound = "|".join(shape.pattern for shape in SHAPES if not shape.free)
    free = "|".join(shape.pattern for shape in SHAPES if shape.free)
    return f"{WORD_BEGINS}(?:{bound})|{free}"


CERTAIN = re.compile(_alternatives())
_ALONE = tuple(re.compile(shape.pattern) for shape in SHAPES)


def shape_of(secret: str) -> Shape:
    """The shape of what `CERTAIN` found."""
    return next((shape for shape, alone in zip(SHAPES, _ALONE, strict=True) if alone.fullmatch(secret)), SHAPES[0])
