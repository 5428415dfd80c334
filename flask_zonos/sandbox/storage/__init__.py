"""The sandbox's database."""
