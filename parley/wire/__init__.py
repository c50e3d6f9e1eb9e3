"""Bytes and JSON to values, without any network: events of a stream, plain bodies, error envelopes."""
