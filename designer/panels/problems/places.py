"""Where a problem is: whose it is in words, and the page, the step or the field that shows it.

Called by the list of problems. Law: a click on a problem shows the place where it can be mended, as near as there is.
"""

from __future__ import annotations

from designer.document.names import as_read, title_of
from designer.services import Services
from runtime.model.on_disk import CONNECTIONS, DECISION, DECISION_TEST, PROJECT, SAMPLE
from runtime.model.problems import Problem, Where
from runtime.model.project import Project

Page = tuple[str, str, str]
"""editor, key, part of it"""


def place_words(project: Project, problem: Problem) -> str:
    """Whose problem it is, by the name that people gave."""
    where = problem.where
    flow = project.flows.get(where.flow) if where.flow is not None else None
    node_id = _step_of(where)
    node = flow.node(node_id) if flow is not None and node_id is not None else None
    if node is not None:
        return " ".join(title_of(node).split())
    if (sample := SAMPLE.names_in(where.file or "")) is not None:
        return f"Sample {as_read(sample[1])}"
    if flow is not None:
        return " ".join(title_of(flow).split())
    name = _decision_of(project, where.file or "")
    if name is not None:
        return as_read(name)
    if where.file == CONNECTIONS.path():
        return "Connections"
    own = where.file is None or where.file == PROJECT.path()
    return project.file.name or project.file.id if own else where.file or ""


def go_to(services: Services, problem: Problem) -> None:
    """Show the place."""
    where, project = problem.where, services.document.project
    flow = project.flows.get(where.flow or "")
    node = _step_of(where)
    if flow is not None and node is not None:
        services.window.show_mode("design")
        services.selection.show_field(flow.id, node, where.field or "")
        services.window.canvas.reveal(node)
        return
    page = page_of(project, where, services.selection.flow)
    if page is not None:
        editor, key, part = page
        services.window.show_mode("design")
        shown = services.window.open_editor(editor, key)
        if part and hasattr(shown, "show_part"):
            shown.show_part(part)
    elif flow is not None:  # something is missing in it: it is to be drawn
        services.window.show_mode("design")
        services.selection.show_flow(flow.id)
        services.window.show_flow(flow.id)
    elif where.file or where.field:
        services.window.say(problem.message)


def _step_of(where: Where) -> str | None:
    return where.edge[0] if where.node is None and where.edge is not None else where.node


def page_of(project: Project, where: Where, shown: str | None) -> Page | None:
    """The page on which a problem can be mended that is at no step; ``shown`` is the flow that is looked at."""
    file, field = where.file or "", where.field or ""
    if (sample := SAMPLE.names_in(file)) is not None:
        return ("samples", "/".join(sample), "") if sample[0] in project.flows else None
    if where.flow in project.flows:
        return ("flow_settings", where.flow, field) if where.flow is not None and field else None
    if file == CONNECTIONS.path():
        return "connections", "", field
    if (name := _decision_of(project, file)) is not None:
        test = DECISION_TEST.names_in(file)
        return "decision_table", name, test[1] if test is not None else field
    if file == PROJECT.path() and field.startswith("roles") and project.flows:
        return "flow_settings", shown if shown in project.flows else next(iter(project.flows)), field  # type: ignore[return-value]
    if file == PROJECT.path() and field.startswith("environments"):
        return "connections", "", ""
    return None


def _decision_of(project: Project, file: str) -> str | None:
    test = DECISION_TEST.names_in(file)
    wanted = DECISION.path(test[0]) if test is not None else file
    return next((name for name in project.decisions if DECISION.path(name) == wanted), None)
