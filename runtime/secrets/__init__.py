"""Secrets: where they lie, how a reference becomes one, and how they are kept out of everything that people can read.

Called by ``runtime.connections`` (which opens bindings with them), ``runtime.host`` (which redacts) and the CLI
(``baton secret set``). Law: a secret's value never stands in a project, a journal, a log, a trace, an error or a view;
what stands there is its reference. Whoever adds a sink passes it through the ``Redactor``.
"""

from runtime.secrets.log_filter import RedactingFilter
from runtime.secrets.masked_stream import MaskedStream
from runtime.secrets.redactor import MASK, Redactor
from runtime.secrets.reference import Reference
from runtime.secrets.resolve import resolve
from runtime.secrets.secret import Secret, SecretProblem
from runtime.secrets.secrets_file import FILE_NAME, forget_secret, secret_names, set_secret

__all__ = [
    "FILE_NAME",
    "MASK",
    "MaskedStream",
    "RedactingFilter",
    "Redactor",
    "Reference",
    "Secret",
    "SecretProblem",
    "forget_secret",
    "resolve",
    "secret_names",
    "set_secret",
]
