"""The shops that are measured, each an application for its server."""
