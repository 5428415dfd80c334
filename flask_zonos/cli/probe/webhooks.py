"""Probes of webhooks: one is made, disabled, looked at and deleted."""

from __future__ import annotations

from typing import Any

from .connection import ProbeFailed
from .probes import as_object
from .probes import Probe
from .probes import Subject

#: Disabled, and of a name that never resolves (RFC 6761).
WEBHOOK = {
    "url": "https://flask-zonos-probe.invalid/webhooks",
    "type": "ORDER_CREATED",
    "status": "DISABLED",
}
_CREATE = """
mutation webhookCreate($input: WebhookCreateInput!) {
  webhookCreate(input: $input) { id query secret }
}
"""
_READ = "query webhook($id: ID!) { webhook(id: $id) { secret } }"
_DELETE = "mutation webhookDelete($id: ID!) { webhookDelete(id: $id) }"
_LIST = """
{ webhooks(first: 100) { edges { node { id url } } pageInfo { hasNextPage } } }
"""


def _webhook(subject: Subject) -> dict[str, Any]:
    """Return the probe's webhook, made once."""
    if subject.webhook is None:
        if subject.made_webhook:
            raise ProbeFailed("the webhook could not be made, as said above")
        # Before the response: where that is lost, it may be there all the same.
        subject.made_webhook = True
        reply = subject.ask(_CREATE, input=WEBHOOK)
        subject.webhook = as_object(reply.value("webhookCreate"), "webhookCreate")
    return subject.webhook


def _order_id(subject: Subject) -> bool:
    return "id" in _fields_of_order(str(_webhook(subject)["query"]))


def _references(subject: Subject) -> bool:
    return "references" in _fields_of_order(str(_webhook(subject)["query"]))


def _secret_is_shown(subject: Subject) -> bool:
    webhook = _webhook(subject)
    if not webhook["secret"]:
        raise ProbeFailed("the new webhook came without a secret")
    again = as_object(subject.ask(_READ, id=webhook["id"]).value("webhook"), "webhook")
    return bool(again["secret"] == webhook["secret"])


def delete_webhooks(subject: Subject) -> None:
    """Delete every webhook of the probe's own address, also of an earlier run.

    :raises ProbeFailed: if one may be left, or one of :data:`MISSHAPEN`.
    """
    listed = as_object(subject.ask(_LIST).value("webhooks"), "webhooks")
    nodes = [edge["node"] for edge in listed["edges"]]
    ids = {node["id"] for node in nodes if node["url"] == WEBHOOK["url"]}
    if subject.webhook is not None and listed["pageInfo"]["hasNextPage"]:
        ids.add(subject.webhook["id"])
    for id in ids:
        _delete(subject, id)
    subject.made_webhook = False


def _delete(subject: Subject, id: str) -> None:
    if not subject.ask(_DELETE, id=id).value("webhookDelete"):
        raise ProbeFailed("its deletion was not confirmed")


def _fields_of_order(query: str) -> set[str]:
    """Return the names that a document selects of an order."""
    from graphql import DocumentNode
    from graphql import FieldNode
    from graphql import FragmentDefinitionNode
    from graphql import GraphQLError
    from graphql import parse
    from graphql import SelectionSetNode

    def selected(node: SelectionSetNode | None) -> list[FieldNode]:
        found: list[FieldNode] = []
        for one in node.selections if node else ():
            if isinstance(one, FieldNode):
                found.append(one)
            else:
                name = getattr(one, "name", None)
                inner = fragments[name.value] if name else one
                found += selected(getattr(inner, "selection_set", None))
        return found

    try:
        document: DocumentNode = parse(query)
    except GraphQLError:
        raise ProbeFailed("the webhook's query is no GraphQL") from None
    fragments = {
        each.name.value: each
        for each in document.definitions
        if isinstance(each, FragmentDefinitionNode)
    }
    return {
        inner.name.value
        for each in document.definitions
        if not isinstance(each, FragmentDefinitionNode)
        for outer in selected(getattr(each, "selection_set", None))
        if outer.name.value == "order"
        for inner in selected(outer.selection_set)
    }


PROBES = (
    Probe(
        "webhook_order_id",
        "A webhook's query asks for the order's `id`",
        True,
        _order_id,
        points=12,
        permanent=True,
    ),
    Probe(
        "webhook_references",
        "A webhook's query asks for the order's `references`",
        False,
        _references,
        points=12,
        permanent=True,
    ),
    Probe(
        "webhook_secret_is_shown",
        "A webhook's `secret` can be read again after it was made",
        True,
        _secret_is_shown,
        calls=2,
        points=18,
        permanent=True,
    ),
)
