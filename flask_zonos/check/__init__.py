"""``flask zonos check``: what stands between this shop and a checkout that works.

:mod:`.examination` asks one topic after the other. Each is a generator of findings;
none of them raises, and none tells a secret.
"""
