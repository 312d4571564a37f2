"""The server put together: five systems and the judge's routes over one store. The list at the top is the product.

Called by process.py. To add a system: one file in systems/, its name in keys.SystemName, one entry in SYSTEM_ROUTERS.
"""

from typing import Any, Final

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware

from projects.example_systems.admin import faults_router, ledger_router, seed_router
from projects.example_systems.connections import LiveConnections
from projects.example_systems.exact_json import exact_json
from projects.example_systems.faults import FaultBoard
from projects.example_systems.keys import SYSTEMS, Keys
from projects.example_systems.problems import answer_bug, answer_problem
from projects.example_systems.store import Store
from projects.example_systems.systems import billing, crm, fraud, notifications, ticketing

SYSTEM_ROUTERS: Final[dict[str, APIRouter]] = {
    "crm": crm.router,
    "billing": billing.router,
    "ticketing": ticketing.router,
    "notifications": notifications.router,
    "fraud": fraud.router,
}
JUDGE_ROUTERS: Final = (ledger_router, faults_router, seed_router)

_TAGS: Final = [
    {"name": "crm", "description": "Customers, their past disputes, notes."},
    {"name": "billing", "description": "Invoices, price plans, refunds, credit notes. Money moves only with a key."},
    {"name": "ticketing", "description": "Tickets and comments."},
    {"name": "notifications", "description": "Messages. Takes no notice of keys: each request is one more message."},
    {"name": "fraud", "description": "Scores a claim; changes nothing."},
    {"name": "judge", "description": "Ledger, faults and seed: for tests and shows, never for flows."},
]


def create_app(store: Store, keys: Keys, connections: LiveConnections) -> FastAPI:
    """The application over an open store."""
    app = FastAPI(
        title="Example systems",
        version="1.0.0",
        summary="Five systems that flows can act on, and a ledger that shows what really happened.",
        description="Amounts are exact decimals in JSON numbers. Errors are problem documents (RFC 9457).",
        openapi_tags=_TAGS,
        docs_url=None,  # these pages would fetch their scripts from the internet
        redoc_url=None,
    )
    app.state.store = store
    app.state.keys = keys
    app.state.connections = connections
    app.state.faults = FaultBoard()
    app.state.operations = {system: _operations(router) for system, router in SYSTEM_ROUTERS.items()}
    # A web page in the user's browser could otherwise reach the systems through a name that resolves to loopback.
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])
    app.add_exception_handler(StarletteHTTPException, _refuse)
    app.add_exception_handler(RequestValidationError, _refuse)
    app.add_exception_handler(Exception, _fail)
    app.add_api_route("/", _index, methods=["GET"], include_in_schema=False)
    for router in (*SYSTEM_ROUTERS.values(), *JUDGE_ROUTERS):
        app.include_router(router)
    return app


def _operations(router: APIRouter) -> list[str]:
    return [route.operation_id for route in router.routes if isinstance(route, APIRoute) and route.operation_id]


async def _index(request: Request) -> Response:
    """What is here, for somebody who opens the address in a browser. Also tells that the server is up."""
    root = str(request.base_url).rstrip("/")
    systems = {system: f"{root}/{system}" for system in SYSTEMS}
    return exact_json({"systems": systems, "openapi": f"{root}/openapi.json", "ledger": f"{root}/ledger"})


async def _refuse(_: Request, error: Any) -> Response:
    return answer_problem(error)


async def _fail(_: Request, __: Exception) -> Response:
    return answer_bug()  # uvicorn writes the traceback to stderr
