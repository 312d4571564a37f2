"""Connections: what a flow's names mean on this machine, who is in which role, and the guarded door to the network.

Called by ``runtime.host`` and the CLI. Law: bindings, people and limits belong to an environment outside the project;
what is reachable is exactly what a binding names, checked when the socket is opened.
"""

from runtime.connections.binding import Binding, Limits
from runtime.connections.book import ConnectionBook
from runtime.connections.directory import Directory
from runtime.connections.environment import LOCAL, Environment
from runtime.connections.environment_file import EnvironmentFile, PeopleFile, Person, RunLimits, json_schemas
from runtime.connections.home import baton_home
from runtime.connections.problems import ConnectionProblem, EnvironmentProblem

__all__ = [
    "LOCAL",
    "Binding",
    "ConnectionBook",
    "ConnectionProblem",
    "Directory",
    "Environment",
    "EnvironmentFile",
    "EnvironmentProblem",
    "Limits",
    "PeopleFile",
    "Person",
    "RunLimits",
    "baton_home",
    "json_schemas",
]
