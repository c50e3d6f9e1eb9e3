"""Models: the catalogue of the connection, one model of it, and who serves that model."""

from __future__ import annotations

from functools import partial

import streamlit as st

from components.address import ADDRESS
from components.connection.line import local_line, rerun_when
from components.desk import Desk, desk, new_session
from components.models import list as models_list
from components.models.details import details, title
from components.models.endpoints import endpoints, paint_no_endpoints
from components.models.view import ASKED
from components.notices import say
from parley.catalog import Model
from parley.catalog.finding import choices, found
from parley.catalog.preferring import Preference, toggled
from parley.errors import ParleyError
from parley.notebook import Session, edits

NOTEBOOK = "pages/1_Notebook.py"


def page(at: Desk) -> None:
    if at.connection.kind == "local":
        at.doors.local.start()
        local_line(lambda: at.doors.local.status, at.doors.local.again)
    for sentence in at.tab.said():
        say(sentence)
    slug = st.query_params.get(ASKED)
    one(at, slug) if slug else many(at)


def many(at: Desk) -> None:
    """The list: what is looked for, what is found, and the way to one of them."""
    st.title("Models", anchor=False)
    listed = at.doors.listed(at.connection)
    wanted = models_list.controls(choices(listed.content))
    fitting = found(listed.content, wanted)
    number = models_list.counted(len(fitting), len(listed.content), at.connection.name)
    models_list.paint_standing(number, listed, at.doors.listings.age(listed))
    if fitting:
        models_list.table(fitting, go_to)
    elif len(listed.content):
        models_list.paint_no_match()
    models_list.opener([model.id for model in fitting], go_to)
    if listed.busy:
        rerun_when(lambda: not at.doors.fetching(at.connection))


def one(at: Desk, slug: str) -> None:
    """A model: everything that is known of it, and what can be done with it."""
    st.button("All models", icon=":material/arrow_back:", type="tertiary", key="models-all", on_click=go_to)
    view = at.doors.view(at.connection, slug)
    title(view)
    settings = at_hand(at).settings
    in_use = settings.payload().get("model", at.doors.model(at.connection)) == slug
    if st.button("In use" if in_use else "Use this model", type="primary", key="models-use", disabled=in_use):
        use(at, slug)
    if view.model is not None:
        details(view.model, view)
        offers(at, view.model)
    elif view.busy:
        rerun_when(lambda: not at.doors.fetching(at.connection))


def offers(at: Desk, model: Model) -> None:
    """The endpoints of a model, as soon as they are there."""
    st.markdown("#### Endpoints")
    listed = at.doors.endpoints(at.connection, model)
    number = f"{len(listed.content)} endpoint{'' if len(listed.content) == 1 else 's'}"
    models_list.paint_standing(number, listed, at.doors.listings.age(listed))
    if listed.content:
        endpoints(listed.content, at_hand(at).settings, partial(prefer, at))
    elif listed.fetched is not None:
        paint_no_endpoints()
    if listed.busy:
        rerun_when(lambda: not at.doors.fetching(at.connection, model))


def at_hand(at: Desk) -> Session:
    """The open session; where no page opened one yet, the latest, whose widgets the notebook fills."""
    if at.tab.session is None:
        at.tab.take(at.doors.store.latest_session() or new_session())
    return at.session


def go_to(slug: str = "") -> None:
    """The page of a model, or the list of all."""
    st.query_params.from_dict({ASKED: slug} if slug else {})


def use(at: Desk, slug: str) -> None:
    """Make it the model of the open session, and go there."""
    session = at.edit(lambda session: edits.with_settings(session, session.settings.with_fields(model=slug)))
    at.tab.take(session)
    st.switch_page(NOTEBOOK, query_params={ADDRESS: session.id})


def prefer(at: Desk, preference: Preference, tag: str) -> None:
    """Put an endpoint into a preference of the open session, or take it out."""
    try:
        at.tab.take(at.edit(lambda session: edits.with_settings(session, toggled(session.settings, preference, tag))))
    except ParleyError as error:
        at.tab.notices.append(f"Not set: {error}")


page(desk())
