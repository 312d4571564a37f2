"""``adapters/http_request``: one HTTP request over a named connection. What happens on the wire: ``perform.py``.

How safe it is to send twice follows RFC 9110: GET, HEAD and OPTIONS change nothing (``read``); PUT and DELETE done
twice are as done once (``keyed``); POST and PATCH are safe only with an idempotency key that the other side takes, else
``once``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from nodes.contract import (
    BUSY,
    DONE,
    ERROR,
    Behaviour,
    Category,
    Effect,
    EffectKind,
    Expr,
    Moment,
    Name,
    NodeConfig,
    NodeType,
    Place,
    Port,
    ReplyRules,
    Text,
    Titles,
    Tree,
)
from nodes.contract.json_schema import SchemaField, schema_problems
from nodes.contract.spoken import line, spoken

_HEADER_NAME = r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$"
"""What may be the name of a header (RFC 9110)."""

WORTH_ANOTHER_TRY: Expr[Any] = Expr(f"reply.status in {BUSY} or reply.status >= 500", expects="boolean")
"""Which refusals are retryable where the analyst says what success is, but not what is worth another try (R3)."""
TWO_HUNDREDS: Expr[Any] = Expr("reply.status >= 200 and reply.status < 300", expects="boolean", nullable=False)
"""Success where the analyst says only what is worth another try."""
NO_OTHER_STATUS: Expr[Any] = Expr("if reply.status >= 300 then false else true", expects="boolean")
"""Success where the analyst says nothing. ``perform`` fails what is no 2xx; whoever plays a reply may say no status."""
STATUS_AND_BODY: Expr[Any] = Expr("{status: reply.status, body: reply.body}")
"""The step's output where the analyst maps none; headers stay out of the journal."""


class Method(StrEnum):
    """The verbs of HTTP that systems are driven by."""

    GET = "GET"
    HEAD = "HEAD"
    OPTIONS = "OPTIONS"
    POST = "POST"
    PUT = "PUT"
    PATCH = "PATCH"
    DELETE = "DELETE"


class JsonBody(NodeConfig):
    """A body of JSON."""

    kind: Literal["json"] = Field(title="Kind of content", description="json: one value, sent as JSON.")
    value: Expr[Any] = Field(
        title="Value",
        description="What is sent, such as an expression {amount: input.amount, reason: input.reason}.",
    )


class FormBody(NodeConfig):
    """A body like that of a web form."""

    kind: Literal["form"] = Field(title="Kind of content", description="form: names and values, as a web form sends.")
    fields: dict[str, Expr[Any]] = Field(
        title="Fields",
        description="Name and value of each field; an empty value leaves it out, a list sends it several times.",
    )


class TextBody(NodeConfig):
    """A body of words, such as XML or CSV."""

    kind: Literal["text"] = Field(title="Kind of content", description="text: words, such as XML or CSV.")
    media_type: str = Field(
        default="text/plain; charset=utf-8",
        title="Media type",
        description="What the words are, such as application/xml. Values are escaped for HTML, XML and JSON.",
        pattern=r"^[\w.+-]+/[\w.+-]+(\s*;\s*[\w-]+=[\w.\"-]+)*$",
    )
    text: Text = Field(title="Text", description="The words to send; values go in braces.")

    @field_validator("text")
    @classmethod
    def _escaped_for_its_media_type(cls, text: Text, info: Any) -> Text:
        media_type = str(info.data.get("media_type", "")).partition(";")[0].strip().lower()
        if media_type.endswith(("/json", "+json")):
            return replace(text, place=Place.JSON)
        return replace(text, place=Place.HTML) if media_type.endswith(("/html", "/xml", "+xml")) else text


Body = Annotated[JsonBody | FormBody | TextBody, Field(discriminator="kind")]


class Config(NodeConfig):
    """What an analyst sets on this step."""

    connection: Name = Field(
        title="Connection",
        description="Name of the project's connection to the other system. Address and sign-in belong to it.",
    )
    method: Method = Field(
        default=Method.GET,
        title="Method",
        description="GET reads; POST creates or does something; PUT and PATCH change; DELETE removes.",
    )
    path: Annotated[Text, Place.URL_PATH] = Field(
        title="Path",
        description="What comes after the connection's address, such as /customers/{input.customer_id}.",
    )
    query: dict[str, Expr[Any]] = Field(
        default_factory=dict,
        title="Query",
        description="Names and values after the question mark; an empty value leaves one out, a list repeats it.",
    )
    headers: dict[str, Text] = Field(
        default_factory=dict,
        title="Headers",
        description="Further headers. The sign-in comes from the connection, never from here.",
    )
    body: Body | None = Field(default=None, title="Content", description="What is sent along, if anything.")
    response: Annotated[
        Literal["json", "text", "document"], Titles({"json": "Values (JSON)", "text": "Words", "document": "A file"})
    ] = Field(
        default="json",
        title="Read the reply as",
        description="Values to work with, words, or a file that is stored and passed on.",
    )
    success: Annotated[Expr[bool] | None, Moment.REPLY] = Field(
        default=None,
        title="Success if",
        description="True if the reply is a success, such as reply.body.ok. Empty: a status from 200 to 299.",
    )
    retry_when: Annotated[Expr[bool] | None, Moment.REPLY] = Field(
        default=None,
        title="Try again if",
        description="Which failed replies are worth another try. Empty: busy or broken (408, 425, 429, 500 and above).",
    )
    output: Annotated[Expr[Any] | None, Moment.REPLY] = Field(
        default=None,
        title="Result",
        description="What later steps see, as an expression on reply. Empty: its status and body.",
    )
    expected: Annotated[dict[str, Any] | None, SchemaField()] = Field(
        default=None,
        title="Expected result",
        description="JSON Schema that the result must fit, so that a surprise is noticed here and not later.",
    )
    idempotency_header: str | None = Field(
        default=None,
        title="Idempotency header",
        description=(
            "Name of the header in which the other side takes a key that makes repeating safe, such as "
            "Idempotency-Key. Leave empty if it takes none: the request is then sent at most once."
        ),
        pattern=_HEADER_NAME,
        max_length=100,
    )
    effect: Annotated[
        EffectKind | None,
        Titles({"read": "Changes nothing", "keyed": "Is as sending it once", "once": "Never twice"}),
    ] = Field(
        default=None,
        title="Sending it twice",
        description=(
            "Not set: judged by the method and the idempotency header. A search by POST changes nothing, for example, "
            "and may be sent again."
        ),
    )

    @field_validator("expected")
    @classmethod
    def _is_a_schema(cls, schema: dict[str, Any] | None) -> dict[str, Any] | None:
        problems = schema_problems(schema) if schema is not None else []
        if problems:
            raise ValueError(str(problems[0]))
        return schema


def effect_of(config: Config) -> EffectKind:
    """What the analyst says; else what RFC 9110 says of the method, and the idempotency header of the rest."""
    if config.effect is not None:
        return config.effect
    if config.method in {Method.GET, Method.HEAD, Method.OPTIONS}:
        return EffectKind.READ
    if config.method in {Method.PUT, Method.DELETE} or config.idempotency_header is not None:
        return EffectKind.KEYED
    return EffectKind.ONCE


def _ports(config: Config) -> Sequence[Port]:
    return (DONE, ERROR)


def _output_schema(config: Config) -> Mapping[str, Any]:
    if config.expected is not None:
        return config.expected
    if config.output is not None:
        return {}
    body = {"type": ["string", "object", "null"]} if config.response == "text" else {}
    fields = {"status": {"type": "integer"}, "body": body}
    return {"type": "object", "properties": fields, "required": list(fields)}


def _summary(config: Config) -> str:
    word = "from" if effect_of(config) is EffectKind.READ else "in"
    return line(f"{config.method} {spoken(config.path, longest=80).replace(' ', '')} {word} {config.connection}")


def _behaviour(config: Config) -> Behaviour:
    effect = effect_of(config)
    judged = config.success is not None or config.retry_when is not None
    return Effect(
        effect=effect,
        connection=config.connection,
        inputs={
            "connection": config.connection,
            "method": str(config.method),
            "path": config.path,
            "query": config.query,
            "headers": config.headers,
            "body": _body_tree(config.body),
            "response": config.response,
            "idempotency_header": config.idempotency_header,
            "changes_something": effect is not EffectKind.READ,
            # With reply rules every status is a reply that they judge; without, perform itself fails what is no 2xx.
            "every_status_is_a_reply": judged,
        },
        reply=ReplyRules(
            success=(config.success or TWO_HUNDREDS) if judged else NO_OTHER_STATUS,
            retry_when=config.retry_when or WORTH_ANOTHER_TRY,
            output=config.output or STATUS_AND_BODY,
        ),
        output_schema=config.expected,
    )


def _body_tree(body: JsonBody | FormBody | TextBody | None) -> Tree:
    if isinstance(body, JsonBody):
        return {"kind": body.kind, "value": body.value}
    if isinstance(body, FormBody):
        return {"kind": body.kind, "fields": body.fields}
    if isinstance(body, TextBody):
        return {"kind": body.kind, "media_type": body.media_type, "text": body.text}
    return None


def _check(config: Config) -> Sequence[str]:
    said = []
    if "?" in config.path.source.partition("{")[0]:
        said.append("The path holds a question mark; put what follows it under Query, where values are escaped.")
    if any(name.lower() in {"authorization", "proxy-authorization", "cookie"} for name in config.headers):
        said.append("A sign-in stands among the headers; it belongs to the connection, where it is kept secret.")
    if config.effect is EffectKind.READ and config.method not in {Method.GET, Method.HEAD, Method.OPTIONS, Method.POST}:
        said.append(f"{config.method} is said to change nothing, so it may be sent any number of times. Is that so?")
    takes_no_key = config.method in {Method.POST, Method.PATCH} and not config.idempotency_header
    if config.effect is EffectKind.KEYED and takes_no_key:
        said.append(f"{config.method} is said to be safe to repeat, but no idempotency header is named.")
    return tuple(said)


NODE_TYPE = NodeType(
    id="adapters/http_request",
    version=1,
    title="HTTP request",
    help="Asks or tells another system something over HTTP, by one of the project's connections.",
    category=Category.ADAPTER,
    icon="plug",
    Config=Config,
    ports=_ports,
    output_schema=_output_schema,
    summary=_summary,
    behaviour=_behaviour,
    check=_check,
)
