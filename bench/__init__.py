"""The benchmark behind ``make bench``: what a checkout costs, against its own limit."""
