"""What Forge is measured against: the same work done the plain way."""
