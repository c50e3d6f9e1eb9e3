"""What is to be thought of an answer: whether it has the form that was asked for, and how sure the model was of each token."""

from parley.judging.faults import Fault, Held
from parley.judging.healing import healing_words
from parley.judging.likelihood import Alternative, Token, Tokens, none_came, tokens_of
from parley.judging.passing import PassRate, Share, pass_rate
from parley.judging.verdict import Form, Verdict, form_of, judged, verdict_of

__all__ = [
    "Alternative",
    "Fault",
    "Form",
    "Held",
    "PassRate",
    "Share",
    "Token",
    "Tokens",
    "Verdict",
    "form_of",
    "healing_words",
    "judged",
    "none_came",
    "pass_rate",
    "tokens_of",
    "verdict_of",
]
