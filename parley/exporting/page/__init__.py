"""A session as one page that stands alone: nothing in it runs, and nothing is fetched to show it."""

from parley.exporting.page.frame import POLICY, html_page

__all__ = ["POLICY", "html_page"]
