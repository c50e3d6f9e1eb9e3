import pytest

from parley.errors import Conflict, Missing
from parley.notebook import Preset
from parley.request import ChatRequest
from parley.store import Store

TERSE = Preset(id="p", name="Terse", request=ChatRequest.parse({"model": "m", "seed": 0, "odd": [1.0]}), system="")


def renamed(preset: Preset, name: str) -> Preset:
    return preset.model_copy(update={"name": name})


def test_presets_are_saved_renamed_listed_and_deleted(store: Store):
    saved = store.save_preset(TERSE)
    again = store.save_preset(renamed(saved, "Brief"))
    assert store.presets() == (again,)
    assert store.preset("p") == again
    assert again.model_copy(update={"version": 0}) == renamed(TERSE, "Brief")
    store.delete_preset("p")
    assert store.presets() == ()
    for gone in (store.preset, store.delete_preset):
        with pytest.raises(Missing):
            gone("p")


def test_names_are_listed_in_their_order_whatever_the_case(store: Store):
    store.save_presets(Preset(id=name, name=name) for name in ("beta", "Alpha", "Gamma"))
    assert list(store.preset_names().values()) == ["Alpha", "beta", "Gamma"]
    assert [preset.name for preset in store.presets()] == ["Alpha", "beta", "Gamma"]


def test_one_tab_does_not_undo_what_another_did_to_a_preset(store: Store):
    mine = theirs = store.save_preset(TERSE)
    store.save_preset(renamed(theirs, "Theirs"))
    with pytest.raises(Conflict, match="another tab"):
        store.save_preset(renamed(mine, "Mine"))
    store.delete_preset("p")
    with pytest.raises(Missing, match="deleted in another tab"):
        store.save_preset(renamed(mine, "Mine"))
    assert store.presets() == ()


def test_a_deleted_preset_can_be_brought_back(store: Store):
    saved = store.save_preset(TERSE)
    store.delete_preset("p")
    back = store.save_preset(saved.model_copy(update={"version": 0}))
    assert store.presets() == (back,)


def test_of_several_presets_all_are_stored_or_none(store: Store):
    store.save_preset(TERSE)
    with pytest.raises(Conflict, match="Terse"):
        store.save_presets([Preset(id="q", name="New"), Preset(id="r", name="Terse")])
    assert [preset.name for preset in store.presets()] == ["Terse"]
