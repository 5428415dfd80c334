"""``flask zonos probe``: what the sandbox guesses of Zonos, asked of Zonos itself."""
