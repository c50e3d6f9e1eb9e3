"""What became of a request: which of its fields reached the provider, under which name, and over which way."""

from parley.truth.route import Attempt, Route, Step, metadata_of, route
from parley.truth.verdicts import Row, Verdict, echoes, truth

__all__ = ["Attempt", "Route", "Row", "Step", "Verdict", "echoes", "metadata_of", "route", "truth"]
