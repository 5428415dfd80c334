"""``flask zonos check``: find what keeps this shop's checkout from working.

:mod:`.examination` asks one topic after the other. Each is a generator of findings;
none of them raises, and none shows a secret.
"""
