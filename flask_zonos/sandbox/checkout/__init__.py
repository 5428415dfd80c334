"""The sandbox's page script, and the checkout that it opens."""
