-- The store of the example systems. Money is whole cents; days are ISO text. Written by seed.py and by the systems.

CREATE TABLE crm_customer (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, tier TEXT NOT NULL, since TEXT NOT NULL,
    preferred_channel TEXT NOT NULL, email TEXT NOT NULL, phone TEXT NOT NULL, language TEXT NOT NULL
) STRICT;
CREATE TABLE crm_dispute (
    id TEXT PRIMARY KEY, customer TEXT NOT NULL REFERENCES crm_customer, opened_on TEXT NOT NULL,
    topic TEXT NOT NULL, amount_cents INTEGER NOT NULL, outcome TEXT NOT NULL
) STRICT;
CREATE TABLE crm_note (
    id INTEGER PRIMARY KEY, customer TEXT NOT NULL REFERENCES crm_customer, at TEXT NOT NULL,
    text TEXT NOT NULL, author TEXT NOT NULL, case_id TEXT
) STRICT;

CREATE TABLE billing_plan (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, monthly_cents INTEGER NOT NULL, valid_from TEXT NOT NULL
) STRICT;
CREATE TABLE billing_invoice (
    number TEXT PRIMARY KEY, customer TEXT NOT NULL, plan TEXT NOT NULL REFERENCES billing_plan,
    period_from TEXT NOT NULL, period_to TEXT NOT NULL, issued_on TEXT NOT NULL, due_on TEXT NOT NULL
) STRICT;
CREATE INDEX billing_invoice_by_customer ON billing_invoice (customer);
CREATE TABLE billing_line (
    invoice TEXT NOT NULL REFERENCES billing_invoice, position INTEGER NOT NULL, kind TEXT NOT NULL,
    text TEXT NOT NULL, quantity INTEGER NOT NULL, unit_cents INTEGER NOT NULL,
    PRIMARY KEY (invoice, position)
) STRICT;
CREATE TABLE billing_payment (
    id TEXT PRIMARY KEY, invoice TEXT NOT NULL REFERENCES billing_invoice, received_on TEXT NOT NULL,
    amount_cents INTEGER NOT NULL, method TEXT NOT NULL
) STRICT;
CREATE INDEX billing_payment_by_invoice ON billing_payment (invoice);
CREATE TABLE billing_refund (
    id INTEGER PRIMARY KEY, invoice TEXT NOT NULL REFERENCES billing_invoice, amount_cents INTEGER NOT NULL,
    reason TEXT NOT NULL, case_id TEXT, at TEXT NOT NULL
) STRICT;
CREATE INDEX billing_refund_by_invoice ON billing_refund (invoice);
CREATE TABLE billing_credit_note (
    id INTEGER PRIMARY KEY, invoice TEXT NOT NULL REFERENCES billing_invoice, amount_cents INTEGER NOT NULL,
    reason TEXT NOT NULL, case_id TEXT, at TEXT NOT NULL
) STRICT;
CREATE INDEX billing_credit_note_by_invoice ON billing_credit_note (invoice);

CREATE TABLE ticketing_ticket (
    id INTEGER PRIMARY KEY, customer TEXT NOT NULL, subject TEXT NOT NULL, body TEXT NOT NULL,
    priority TEXT NOT NULL, queue TEXT NOT NULL, status TEXT NOT NULL, assignee TEXT, resolution TEXT,
    case_id TEXT, at TEXT NOT NULL
) STRICT;
CREATE INDEX ticketing_ticket_by_customer ON ticketing_ticket (customer);
CREATE TABLE ticketing_comment (
    id INTEGER PRIMARY KEY, ticket INTEGER NOT NULL REFERENCES ticketing_ticket, at TEXT NOT NULL,
    author TEXT NOT NULL, text TEXT NOT NULL
) STRICT;
CREATE INDEX ticketing_comment_by_ticket ON ticketing_comment (ticket);

CREATE TABLE notifications_undeliverable (
    customer TEXT NOT NULL, channel TEXT NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (customer, channel)
) STRICT;
CREATE TABLE notifications_message (
    id INTEGER PRIMARY KEY, customer TEXT NOT NULL, channel TEXT NOT NULL, subject TEXT, text TEXT NOT NULL,
    case_id TEXT, at TEXT NOT NULL
) STRICT;
CREATE INDEX notifications_message_by_customer ON notifications_message (customer);

CREATE TABLE fraud_profile (
    customer TEXT PRIMARY KEY, score INTEGER NOT NULL, reasons TEXT NOT NULL  -- reasons: a JSON list of text
) STRICT;

-- The first answer to each idempotency key, byte for byte. One key names one request within one system.
CREATE TABLE answer (
    system TEXT NOT NULL, key TEXT NOT NULL, request_hash TEXT NOT NULL, status INTEGER NOT NULL,
    body BLOB NOT NULL, ledger_seq INTEGER NOT NULL, PRIMARY KEY (system, key)
) STRICT;

-- The judge: one row per effect (replayed = 0) and one per repeat that was answered without an effect (replayed = 1).
CREATE TABLE ledger (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, system TEXT NOT NULL, operation TEXT NOT NULL,
    idempotency_key TEXT, request_hash TEXT NOT NULL, subject TEXT NOT NULL, reference TEXT NOT NULL,
    customer TEXT, case_id TEXT, amount_cents INTEGER, status INTEGER NOT NULL, replayed INTEGER NOT NULL
) STRICT;
CREATE INDEX ledger_by_key ON ledger (idempotency_key);
CREATE INDEX ledger_by_case ON ledger (case_id);
CREATE TRIGGER ledger_is_never_edited BEFORE UPDATE ON ledger
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_is_never_shortened BEFORE DELETE ON ledger
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
