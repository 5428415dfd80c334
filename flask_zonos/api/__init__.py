"""Zonos's GraphQL API over gql and requests; nothing in it knows Flask."""
