import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.notebook.template import Template, filled, filled_message, missing, names, names_in, template_of

ADA = {"name": "Ada", "city": "London"}


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("Hello {{name}}, how is {{ city }}?", "Hello Ada, how is London?"),
        ("{{name}}{{name}}", "AdaAda"),
        ('{"user": {"name": {{name}}}}', '{"user": {"name": Ada}}'),
        ("{{{name}}}", "{Ada}"),
        ("```python\nprint({{name}})\n```", "```python\nprint(Ada)\n```"),
        (r"\{{name}} is a variable", "{{name}} is a variable"),
        (r"\{{ name }}", "{{ name }}"),
        (r"C:\\{{name}}", "C:\\Ada"),
        (r"\\\{{name}}", r"\{{name}}"),
        ("{{nobody}}.", "."),
    ],
)
def test_a_variable_is_replaced_and_a_backslash_keeps_it(text: str, sent: str) -> None:
    assert filled(text, ADA) == sent


@pytest.mark.parametrize(
    "text",
    [
        "{{ user.name }} {{#if name}} {{}} {{1}} {{na me}} {{'name'}} {{> name}} {{name|upper}} {%name%}",
        "{name} {{name} {{\nname}} {{" + "n" * 65 + "}}",
        r"\{{ user.name }}",
        r"\frac{a}{b} \\ \{x\}",
    ],
)
def test_what_is_no_variable_is_sent_to_the_letter(text: str) -> None:
    assert filled(text, ADA) == text
    assert names(text) == ()


def test_names_come_once_in_order_in_any_script_and_never_escaped() -> None:
    assert names(r"{{b}} {{a}} {{ b }} {{имя}} {{_x-1}} \{{never}}") == ("b", "a", "имя", "_x-1")
    assert missing("{{name}} {{other}}", ADA | {"other": ""}) == ("other",)


@given(st.dictionaries(st.sampled_from("abc"), st.text()))
def test_a_value_is_put_in_as_it_is_and_never_read_again(values: dict[str, str]) -> None:
    assert filled("{{a}}|{{b}}|{{c}}", values) == "|".join(values.get(name, "") for name in "abc")
    assert filled("{{a}}", {"a": r"{{b}} \{{b}} {0} %s $1 \1", "b": "no"}) == r"{{b}} \{{b}} {0} %s $1 \1"


@given(st.text(alphabet="ab{}\\ \t-é1"))
def test_a_text_with_every_spot_escaped_says_what_it_said(text: str) -> None:
    assert filled(text, {}) == text or names(text) or "\\{{" in text


@pytest.mark.parametrize("piece", ["{{", "{{ ", "\\", "{{a ", "{{" + "a" * 60, "{{" + " " * 999, "{ {"])
def test_a_hostile_text_is_read_to_its_end(piece: str) -> None:
    text = piece * (2_000_000 // len(piece))
    assert filled(text, {}) == text
    assert names(text) == ()


def test_only_the_words_of_a_message_are_filled() -> None:
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64,{{name}}"}}
    text = {"type": "text", "text": "{{name}}", "cache_control": {"type": "ephemeral"}}
    message = {"role": "user", "name": "{{name}}", "content": [text, image]}
    assert filled_message(message, ADA) == {**message, "content": [{**text, "text": "Ada"}, image]}
    assert filled_message({"role": "assistant", "content": None}, ADA) == {"role": "assistant", "content": None}
    assert names_in([message, {"content": "{{b}}"}, {"content": ["{{c}}", 3]}]) == ("name", "b")


def test_a_template_keeps_what_was_written_and_what_was_put_in() -> None:
    written = {0: {"role": "system", "content": "Be {{mood}}."}, 2: {"role": "user", "content": "Hello"}}
    kept = template_of(written, ADA)
    assert kept == Template(messages={0: written[0]}, values={"mood": ""})
    assert kept.missing == ("mood",)
    assert template_of({2: written[2]}, ADA) is None


def test_an_escape_alone_is_kept_too_because_it_was_taken_away() -> None:
    written = {0: {"role": "user", "content": r"\{{x}}"}}
    assert template_of(written, {}) == Template(messages=written)
