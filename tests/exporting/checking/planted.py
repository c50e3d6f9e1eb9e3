"""Secrets of every kind that the check knows, made up here: none of them opens anything."""

from __future__ import annotations

import base64
import hashlib
import random
import string

_RANDOM = random.Random(8)
_LETTERS = string.ascii_letters + string.digits


def some(length: int, signs: str = _LETTERS) -> str:
    return "".join(_RANDOM.choice(signs) for _ in range(length))


def _hex(length: int) -> str:
    return some(length, "0123456789abcdef")


def _jwt() -> str:
    head, body = (
        base64.urlsafe_b64encode(part).decode().rstrip("=") for part in (b'{"alg":"HS256"}', b'{"sub":"123456"}')
    )
    return f"{head}.{body}.{some(43)}"


def _pem(kind: str = "RSA PRIVATE KEY", head: str = "") -> str:
    body = "\n".join(some(64) for _ in range(4))
    return f"-----BEGIN {kind}-----\n{head}{body}\n-----END {kind}-----"


PLANTED: dict[str, tuple[str, str]] = {
    "OpenRouter": ("key", f"sk-or-v1-{_hex(64)}"),
    "OpenAI": ("key", f"sk-proj-{some(48)}"),
    "OpenAI, older": ("key", f"sk-{some(48)}"),
    "Anthropic": ("key", f"sk-ant-api03-{some(40)}-{some(20)}"),
    "Google": ("key", f"AIza{some(35)}"),
    "Google OAuth": ("key", f"GOCSPX-{some(28)}"),
    "Google access": ("key", f"ya29.{some(60)}"),
    "AWS": ("key", f"AKIA{some(16, string.ascii_uppercase + '234567')}"),
    "AWS, for a while": ("key", f"ASIA{some(16, string.ascii_uppercase + '234567')}"),
    "Azure storage": ("key", f"AccountKey={some(86)}=="),
    "Azure login": ("key", f"{some(3)}8Q~{some(34)}"),
    "GitHub": ("key", f"ghp_{some(36)}"),
    "GitHub, fine-grained": ("key", f"github_pat_{some(22)}_{some(59)}"),
    "GitLab": ("key", f"glpat-{some(20)}"),
    "Slack": ("key", f"xoxb-{some(12, string.digits)}-{some(24)}"),
    "Slack webhook": ("key", f"hooks.slack.com/services/T{some(8)}/B{some(8)}/{some(24)}"),
    "Discord bot": ("key", f"M{some(23)}.{some(6)}.{some(38)}"),
    "Telegram": ("key", f"{some(10, '123456789')}:AA{some(33)}"),
    "Stripe": ("key", f"sk_live_{some(24)}"),
    "Stripe webhook": ("key", f"whsec_{some(32)}"),
    "Square": ("key", f"sq0atp-{some(22)}"),
    "Shopify": ("key", f"shpat_{_hex(32)}"),
    "SendGrid": ("key", f"SG.{some(22)}.{some(43)}"),
    "Mailgun": ("key", f"key-{_hex(32)}"),
    "Mailchimp": ("key", f"{_hex(32)}-us12"),
    "Twilio": ("key", f"SK{_hex(32)}"),
    "Hugging Face": ("key", f"hf_{some(34)}"),
    "Replicate": ("key", f"r8_{some(37)}"),
    "Groq": ("key", f"gsk_{some(52)}"),
    "xAI": ("key", f"xai-{some(80)}"),
    "Perplexity": ("key", f"pplx-{some(48)}"),
    "NVIDIA": ("key", f"nvapi-{some(64)}"),
    "Cerebras": ("key", f"csk-{some(48)}"),
    "LangSmith": ("key", f"lsv2_pt_{_hex(32)}_{_hex(10)}"),
    "Pinecone": ("key", f"pcsk_{some(60)}"),
    "npm": ("key", f"npm_{some(36)}"),
    "PyPI": ("key", f"pypi-AgEIcHlwaS5vcmc{some(60)}"),
    "Docker": ("key", f"dckr_pat_{some(27)}"),
    "DigitalOcean": ("key", f"dop_v1_{_hex(64)}"),
    "Databricks": ("key", f"dapi{_hex(32)}"),
    "Linear": ("key", f"lin_api_{some(40)}"),
    "Notion": ("key", f"ntn_{some(46)}"),
    "Figma": ("key", f"figd_{some(44)}"),
    "Airtable": ("key", f"pat{some(14)}.{_hex(64)}"),
    "Postman": ("key", f"PMAK-{_hex(24)}-{_hex(34)}"),
    "New Relic": ("key", f"NRAK-{some(27, string.ascii_uppercase + string.digits)}"),
    "Grafana": ("key", f"glsa_{some(32)}_{_hex(8)}"),
    "Vault": ("key", f"hvs.{some(90)}"),
    "Doppler": ("key", f"dp.pt.{some(43)}"),
    "Atlassian": ("key", f"ATATT3{some(180)}"),
    "JSON Web Token": ("token", _jwt()),
    "bearer": ("token", f"Bearer {some(40)}7"),
    "basic": ("token", base64.b64encode(b"alice:open sesame").decode()),
    "cookie": ("token", f"sid={some(30)}"),
    "RSA": ("private key", _pem()),
    "EC": ("private key", _pem("EC PRIVATE KEY")),
    "OpenSSH": ("private key", _pem("OPENSSH PRIVATE KEY")),
    "encrypted": ("private key", _pem(head="Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0123\n\n")),
    "PGP": ("private key", _pem("PGP PRIVATE KEY BLOCK")),
    "age": ("private key", f"AGE-SECRET-KEY-1{some(58, string.ascii_uppercase + string.digits)}"),
    "PuTTY": ("private key", f"PuTTY-User-Key-File-2: ssh-rsa\nPrivate-Lines: 1\n{some(64)}\nPrivate-MAC: {_hex(40)}"),
    "password": ("password", "hunter2-of-mine"),
    "password in an address": ("password", "s3cret.of.the.house"),
    "e-mail": ("e-mail", "alice.liddell+wonder@example.co.uk"),
    "e-mail in an address": ("e-mail", "alice%40example.org"),
    "phone, international": ("phone", "+49 (170) 123 45 67"),
    "phone, American": ("phone", "(415) 555-2671"),
    "phone, German": ("phone", "030/1234 5678"),
    "phone, French": ("phone", "06 12 34 56 78"),
    "Visa": ("card", "4111 1111 1111 1111"),
    "American Express": ("card", "3782-822463-10005"),
    "Mastercard": ("card", "5555555555554444"),
    "bank account": ("card", "DE89 3704 0044 0532 0130 00"),
    "SHA-256": ("random", hashlib.sha256(b"8").hexdigest()),
    "a maker nobody knows": ("random", some(40)),
    "AWS secret": ("random", f"wJalrXUtnFEMI/K7MDENG/bPxRfiCY{some(10)}"),
}
"""What it is, by whose or which: the kind it is found as, and the secret."""
AROUND: dict[str, str] = {
    "basic": "Authorization: Basic {}",
    "cookie": "Cookie: {}",
    "password": "The password is {}",
    "password in an address": "postgresql://alice:{}@db.example/parley",
    "e-mail in an address": "https://example.org/unsubscribe?who={}",
}
"""What some of them are only known by."""


def sentence(name: str) -> str:
    """The secret, as people write it."""
    return "Please look at this: " + AROUND.get(name, "{}").format(PLANTED[name][1]) + " - what is wrong with it?"
