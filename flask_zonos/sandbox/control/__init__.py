"""The sandbox's faults, clock, options and inspector."""
