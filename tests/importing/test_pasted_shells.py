"""A curl command means what the shell would make of it."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import Any

import pytest

from parley.importing import read_request

URL = "https://a.example/api/v1/chat/completions"
BODY = {"model": "a/b", "user": 'it\'s $5 "so"\n`é`'}
PLAIN = r'{"model": "a/b", "user": "it'
REST = r's $5 \"so\"\n`é`"}'


def body_of(text: str) -> dict[str, Any]:
    return read_request(text).request.payload()


SPELLINGS = {
    "document in a word": f"\"$(cat <<'EOF'\n{PLAIN}'{REST}\nEOF\n)\"",
    "open document in a word": f'"$(cat <<EOF\n{PLAIN}\'{REST.replace("$", chr(92) + "$").replace("`", chr(92) + "`")}\nEOF\n)"',
    "document": f"@- <<'END-OF'\n{PLAIN}'{REST}\nEND-OF",
    "document without quotes": f"@- <<\\EOF\n{PLAIN}'{REST}\nEOF",
    "here-string": f"@- <<< '{PLAIN}'\\''{REST}'",
    "bytes": f"$'{PLAIN}\\'{REST.replace(chr(92), chr(92) * 2).replace('é', chr(92) + 'xc3' + chr(92) + '251')}'",
}


@pytest.mark.parametrize("word", SPELLINGS.values(), ids=SPELLINGS)
def test_a_body_is_read_in_every_spelling_of_a_shell(word: str) -> None:
    assert body_of(f"curl {URL} -d {word}") == BODY


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash here")
@pytest.mark.parametrize("word", SPELLINGS.values(), ids=SPELLINGS)
def test_bash_reads_the_same(word: str) -> None:
    script = f'curl() {{ if [ "$3" = @- ]; then cat; else printf %s "$3"; fi; }}\ncurl {URL} -d {word}\n'
    environ = {**os.environ, "LC_ALL": "C.UTF-8"}
    said = subprocess.run(["bash", "-c", script], capture_output=True, check=True, env=environ).stdout
    assert body_of(said.decode()) == BODY


@pytest.mark.parametrize(
    ("text", "note"),
    [
        (f'curl {URL} -H "X: $KEY" -d "{{\\"model\\": \\"$MODEL\\"}}"', "shell could fill it in: $MODEL."),
        (f'curl {URL} -d @- <<EOF\n{{"model": "${{M}}"}}\nEOF', "shell could fill it in: ${M}."),
        (f'curl {URL} \\ \n -d \'{{"model": "a"}}\'', "A blank stands behind a backslash"),
        (f'curl {URL}\n  -d \'{{"model": "a"}}\'', "does not end in a backslash"),
    ],
)
def test_what_a_shell_would_do_otherwise_is_said(text: str, note: str) -> None:
    assert note in " ".join(read_request(text).notes)


def test_a_dollar_that_a_shell_leaves_alone_is_no_variable() -> None:
    assert read_request(f'curl {URL} -H "X: $Y" -d \'{{"model": "$Y!"}}\' | jq').notes[1:] == ()
