"""The storefront as it runs on many machines, on this one: ``make scale``."""
