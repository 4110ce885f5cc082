"""Peers: plain CRUD servers that Forge is measured against."""
