"""What crosses HTTP between server and client: messages, strict JSON, problems. Nothing here opens a socket."""

from runtime.wire.audit import AuditView, FindingView, HeadList, HeadsRequest, HeadView, KnownHead
from runtime.wire.cards import BecauseView, ChangeView, DecisionCardView, FiredRuleView, FlipView, card_view, tagged
from runtime.wire.connections import ConnectionTestRequest, ConnectionTestView
from runtime.wire.events import ActorView, EventPage, EventView
from runtime.wire.health import HealthView
from runtime.wire.incidents import IncidentList, IncidentView, ResolvedView, ResolveRequest
from runtime.wire.json_text import JsonProblem, read_json, write_json, write_pretty_json
from runtime.wire.message import Message, Moment, Request, Tagged, View, from_bytes, made, to_bytes
from runtime.wire.node_types import NodeTypeList, NodeTypeView
from runtime.wire.people import PeopleView, PersonView
from runtime.wire.problem import Problem, ProblemView, unknown
from runtime.wire.releases import ReleaseView
from runtime.wire.runs import (
    CancelRequest,
    ResumeRequest,
    RunList,
    RunView,
    StartedView,
    StartRequest,
    SuspendRequest,
)
from runtime.wire.signals import SignalRequest, SignalView
from runtime.wire.tasks import (
    AnsweredView,
    AnswerRequest,
    AnswerView,
    ChoiceView,
    ClaimRequest,
    HistoryView,
    PassOnRequest,
    TaskList,
    TaskSummary,
    TaskView,
)
from runtime.wire.trace import (
    AttemptView,
    ChildView,
    GivenView,
    RemarkView,
    SourceView,
    SpanView,
    TraceIncidentView,
    TraceView,
)

__all__ = [
    "ActorView",
    "AnswerRequest",
    "AnswerView",
    "AnsweredView",
    "AttemptView",
    "AuditView",
    "BecauseView",
    "CancelRequest",
    "ChangeView",
    "ChildView",
    "ChoiceView",
    "ClaimRequest",
    "ConnectionTestRequest",
    "ConnectionTestView",
    "DecisionCardView",
    "EventPage",
    "EventView",
    "FindingView",
    "FiredRuleView",
    "FlipView",
    "GivenView",
    "HeadList",
    "HeadView",
    "HeadsRequest",
    "HealthView",
    "HistoryView",
    "IncidentList",
    "IncidentView",
    "JsonProblem",
    "KnownHead",
    "Message",
    "Moment",
    "NodeTypeList",
    "NodeTypeView",
    "PassOnRequest",
    "PeopleView",
    "PersonView",
    "Problem",
    "ProblemView",
    "ReleaseView",
    "RemarkView",
    "Request",
    "ResolveRequest",
    "ResolvedView",
    "ResumeRequest",
    "RunList",
    "RunView",
    "SignalRequest",
    "SignalView",
    "SourceView",
    "SpanView",
    "StartRequest",
    "StartedView",
    "SuspendRequest",
    "Tagged",
    "TaskList",
    "TaskSummary",
    "TaskView",
    "TraceIncidentView",
    "TraceView",
    "View",
    "card_view",
    "from_bytes",
    "made",
    "read_json",
    "tagged",
    "to_bytes",
    "unknown",
    "write_json",
    "write_pretty_json",
]
