"""Models without a model: deterministic scripts behind the same API, labelled "scripted, no model runs".

A scripted model is one function under `@scripted_model(...)` in a module of this package; it yields steps, each the
seconds to wait and the part to send then. Numbers are read from the last user message, in plain words:

    400 tokens at 50/s after 2 s

means 400 tokens (one token is one delta) at 50 a second, the first of them after two seconds. What is not said is taken
from the script's own defaults. `max_tokens` cuts any script short.
"""

# In the order in which the models are listed.
# isort: off
from parley.local.scripted import text, thinking, tools, media, sources, senses, shapes, money
from parley.local.scripted import faults, breakdowns, distortions, floods

# isort: on
from parley.local.scripted.table import PROVIDER, Asked, Ending, Scripted, Step, models, scripted_model

__all__ = [
    "PROVIDER",
    "Asked",
    "Ending",
    "Scripted",
    "Step",
    "breakdowns",
    "distortions",
    "faults",
    "floods",
    "media",
    "models",
    "money",
    "scripted_model",
    "senses",
    "shapes",
    "sources",
    "text",
    "thinking",
    "tools",
]
