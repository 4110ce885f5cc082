"""Peers: servers that do what Forge does in another common way, and variants of Forge itself."""
