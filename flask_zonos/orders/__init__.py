"""How an order reaches the shop, whatever brings it; no routes."""
