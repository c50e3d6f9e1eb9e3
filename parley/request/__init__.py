"""What is asked: the request, every value inside it, its fields as a person sees them, and what is wrong with it."""

from parley.request.chat import ChatRequest
from parley.request.fields import BY_NAME, FIELDS, GROUPS, FieldSpec
from parley.request.finding import find
from parley.request.kept import Kept
from parley.request.knob import Bounds, Editor, Group, Knob
from parley.request.problem import Problem
from parley.request.problems import problems
from parley.request.remedy import Remedy

__all__ = [
    "BY_NAME",
    "FIELDS",
    "GROUPS",
    "Bounds",
    "ChatRequest",
    "Editor",
    "FieldSpec",
    "Group",
    "Kept",
    "Knob",
    "Problem",
    "Remedy",
    "find",
    "problems",
]
