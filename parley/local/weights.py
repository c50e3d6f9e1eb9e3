"""The weights of the embedded model."""
from __future__ import annotations
MODEL_NAME = "SmolLM2-135M-Instruct.Q4_1.gguf"
