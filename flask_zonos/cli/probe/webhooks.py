"""Probes of webhooks: one is made, disabled, looked at and deleted."""

from __future__ import annotations

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
  webhookCreate(input: $input) { id query }
}
"""
_DELETE = "mutation webhookDelete($id: ID!) { webhookDelete(id: $id) }"


_LIST = "{ webhooks(first: 100) { edges { node { id url } } } }"


def _order_id(subject: Subject) -> bool:
    # Before the response: where that is lost, the webhook may be there all the same.
    subject.made_webhook = True
    reply = subject.ask(_CREATE, input=WEBHOOK)
    webhook = as_object(reply.value("webhookCreate"), "webhookCreate")
    return "id" in _fields_of_order(str(webhook["query"]))


def delete_webhooks(subject: Subject) -> None:
    """Delete every webhook of the probe's own address, also of an earlier run.

    :raises ProbeFailed: if one may be left.
    """
    edges = (subject.ask(_LIST).value("webhooks") or {}).get("edges") or []
    for node in (edge["node"] for edge in edges):
        if node["url"] == WEBHOOK["url"]:
            subject.ask(_DELETE, id=node["id"]).value("webhookDelete")
    subject.made_webhook = False


def _fields_of_order(query: str) -> set[str]:
    """Return the names that a document selects of an order."""
    from graphql import DocumentNode
    from graphql import FieldNode
    from graphql import FragmentDefinitionNode
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

    document: DocumentNode = parse(query)
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
)
