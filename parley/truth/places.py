"""Under which names the APIs of providers take what a request says.

A place is a path of keys in the body that a provider was sent. Sources: the public references of OpenAI (chat and responses),
Anthropic, Google (Gemini), Amazon Bedrock (Converse), Cohere, Mistral and Ollama.
"""

from __future__ import annotations

CONTAINERS = (
    "generationConfig",
    "generation_config",
    "inferenceConfig",
    "additionalModelRequestFields",
    "toolConfig",
    "tool_config",
    "options",
    "parameters",
    "config",
)
"""Objects in which some APIs keep their parameters."""

_LIMITS = (
    "max_output_tokens",
    "maxOutputTokens",
    "maxTokens",
    "max_tokens_to_sample",
    "max_new_tokens",
    "num_predict",
)
_THINKING = ("thinking", "thinkingConfig", "thinking_config", "output_config.effort", "enable_thinking", "think")

PLACES: dict[str, tuple[str, ...]] = {
    "model": ("modelId",),
    "messages": (
        "contents",
        "input",
        "prompt",
        "system",
        "systemInstruction",
        "system_instruction",
        "instructions",
        "preamble",
        "chat_history",
        "message",
    ),
    "max_completion_tokens": ("max_tokens", *_LIMITS),
    "max_tokens": ("max_completion_tokens", *_LIMITS),
    "top_p": ("topP", "p"),
    "top_k": ("topK", "k"),
    "min_p": ("minP",),
    "top_a": ("topA",),
    "frequency_penalty": ("frequencyPenalty",),
    "presence_penalty": ("presencePenalty",),
    "repetition_penalty": ("repetitionPenalty", "repeat_penalty"),
    "seed": ("random_seed",),
    "logit_bias": ("logitBias",),
    "logprobs": ("responseLogprobs", "return_logprobs"),
    "top_logprobs": ("topLogprobs", "logprobs"),
    "stop": ("stop_sequences", "stopSequences"),
    "tools": ("functions", "functionDeclarations"),
    "tool_choice": ("toolChoice", "functionCallingConfig", "function_calling_config", "function_call"),
    "parallel_tool_calls": ("tool_choice.disable_parallel_tool_use", "disable_parallel_tool_use"),
    "response_format": (
        "text.format",
        "output_format",
        "output_config.format",
        "responseSchema",
        "response_schema",
        "responseJsonSchema",
        "responseMimeType",
        "response_mime_type",
        "format",
        "guided_json",
    ),
    "reasoning": ("reasoning_effort", *_THINKING),
    "reasoning_effort": ("reasoning.effort", *_THINKING),
    "include_reasoning": ("thinkingConfig.includeThoughts",),
    "verbosity": ("text.verbosity",),
    "modalities": ("responseModalities", "response_modalities"),
    "image_config": ("imageConfig",),
    "audio": ("speechConfig",),
    "service_tier": ("serviceTier",),
    "prompt_cache_key": ("promptCacheKey",),
    "user": ("metadata.user_id", "safety_identifier", "end_user"),
}
"""Where else than under its own name a field may stand; the field's own name always comes first."""

OWN: frozenset[str] = frozenset(
    {
        "models",
        "provider",
        "plugins",
        "route",
        "preset",
        "transforms",
        "usage",
        "session_id",
        "user",
        "metadata",
        "trace",
        "debug",
        "stream_options",
        "stop_server_tools_when",
        "max_tool_calls",
        "deferred_tools",
    }
)
"""Fields that OpenRouter reads itself: that no provider is sent them is as it should be."""

BY_ADDRESS: frozenset[str] = frozenset({"model", "stream"})
"""Fields that some APIs take in the address of a request and not in its body."""

MOVING: frozenset[str] = frozenset({"cache_control", "prompt_cache_options"})
"""Fields that end up as marks on single blocks, somewhere inside the messages."""

RESHAPED: frozenset[str] = frozenset(
    {
        "messages",
        "tools",
        "tool_choice",
        "response_format",
        "reasoning",
        "reasoning_effort",
        "modalities",
        "image_config",
        "audio",
        "stop",
        "prediction",
        "parallel_tool_calls",
        "logit_bias",
    }
)
"""Fields that providers want in a shape of their own: another value there does not mean that something was lost."""
