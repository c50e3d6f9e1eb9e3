"""Cells in a real browser: where their buttons are, and what a person does with them."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from parley.notebook import Cell


def of(cell: Cell, part: str) -> str:
    return f".st-key-cell-{cell.id}-{part} button"


def rewrite(page: Page, cell: Cell, text: str) -> None:
    page.locator(of(cell, "edit")).click()
    box = page.locator(f".st-key-cell-{cell.id}-editor textarea")
    expect(box).to_be_focused()
    box.fill(text)
    box.press("Tab")
    page.locator(of(cell, "save")).click()


def from_menu(page: Page, cell: Cell, entry: str) -> None:
    page.locator(of(cell, "more")).click()
    page.get_by_role("menuitem", name=entry).or_(page.get_by_role("option", name=entry)).first.click()
