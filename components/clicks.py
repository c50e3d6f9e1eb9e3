"""A click acts once, and on the whole page.

Streamlit's page (1.67) sends what changed within one tick of the browser in one message, under the name of the fragment that
changed first: a button elsewhere is then not heard at all. And a fragment that looks again by itself takes along a click that is
about to be sent: it is heard twice. Both happen on a page that is busy drawing, and to every finger that leaves a box by tapping
a button. tests/ui/test_clicks.py holds that neither does any more.
"""

from __future__ import annotations

from weakref import WeakKeyDictionary

from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.runtime import app_session
from streamlit.runtime.app_session import AppSession

_TRIGGERS = frozenset({"trigger_value", "string_trigger_value", "json_trigger_value", "chat_input_value"})
"""Values that say that something happened; all others say how something stands."""

_Known = dict[str, int]


def hear_clicks_once() -> None:
    """From now on, for every visit: a message that a fragment sends by itself brings no click, and one with news of widgets
    outside of its fragment is for the whole page.
    """
    hear = app_session.AppSession.request_rerun
    if getattr(hear, "once", False):
        return
    known: WeakKeyDictionary[AppSession, _Known] = WeakKeyDictionary()

    def request_rerun(self: AppSession, client_state: ClientState | None) -> None:
        if client_state is not None:
            _sift(client_state, self, known.setdefault(self, {}))
        hear(self, client_state)

    request_rerun.once = True  # type: ignore[attr-defined]
    app_session.AppSession.request_rerun = request_rerun  # type: ignore[method-assign]


def _sift(message: ClientState, session: AppSession, known: _Known) -> None:
    """Take out what is not for this message; note in `known` how every widget stood."""
    widgets = message.widget_states.widgets
    if message.is_auto_rerun:
        stand = [one for one in widgets if not _is_click(one)]
        if len(stand) < len(widgets):
            del widgets[:]
            widgets.extend(stand)
    elif message.fragment_id:
        about = session.session_state.get_widget_metadata
        for one in widgets:
            if _is_news(one, known) and ((at := about(one.id)) is None or at.fragment_id != message.fragment_id):
                message.fragment_id = ""
                break
    known.clear()
    known.update((one.id, _stand(one)) for one in widgets if not _is_click(one))


def _is_click(widget: WidgetState) -> bool:
    return widget.WhichOneof("value") in _TRIGGERS


def _is_news(widget: WidgetState, known: _Known) -> bool:
    """Whether it was clicked, or stands otherwise than it did; one that is new came with the page."""
    return _is_click(widget) or known.get(widget.id, stand := _stand(widget)) != stand


def _stand(widget: WidgetState) -> int:
    return hash(widget.SerializeToString(deterministic=True))
