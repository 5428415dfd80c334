"""Fetch, verify and dispatch orders, whatever brings them; no routes."""
