"""What PostgreSQL writes into its own log: that something failed, and never the statement or the row it failed with.

By its defaults a broken constraint, a policy that refuses, a deadlock or a question that took too long puts the whole
statement there, and the row ("Failing row contains …"), with every name in it. That log is kept outside the portal, for
another time and other readers, and no erasure reaches it.
"""

from django.db import connection

PANIC, TERSE, OFF, NEVER = "panic", "terse", "off", "-1"
# Each setting, and what it may be. "terse" leaves out detail, hint and context: there stand the row and the key. The
# tables of a CSV or JSON log write them all the same, so only the plain log will do.
QUIET: dict[str, frozenset[str]] = {
    "log_min_error_statement": frozenset({PANIC}),
    "log_error_verbosity": frozenset({TERSE}),
    "log_statement": frozenset({"none"}),
    "log_min_duration_statement": frozenset({NEVER}),
    "log_min_duration_sample": frozenset({NEVER}),
    "log_transaction_sample_rate": frozenset({"0"}),
    "log_parameter_max_length_on_error": frozenset({"0"}),
    "debug_print_parse": frozenset({OFF}),
    "debug_print_rewritten": frozenset({OFF}),
    "debug_print_plan": frozenset({OFF}),
    # Modules that write statements by themselves, where somebody has loaded them.
    "auto_explain.log_min_duration": frozenset({NEVER}),
    "pgaudit.log": frozenset({"none", ""}),
    "log_destination": frozenset({"stderr", "syslog", "stderr,syslog", "stderr, syslog"}),
}
# As the server is told when it starts; the others are so by default.
TOLD = {
    "log_min_error_statement": PANIC,
    "log_error_verbosity": TERSE,
    "log_statement": "none",
    "log_min_duration_statement": NEVER,
    "log_parameter_max_length_on_error": "0",
}


def problems() -> list[str]:
    """Which settings of the server would let its log hold what people wrote, as this connection finds them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [list(QUIET)])
        found = dict(cursor.fetchall())
    return [
        f"PostgreSQL's log would hold what people wrote: {name} is {found[name]}"
        for name, allowed in QUIET.items()
        if name in found and found[name] not in allowed
    ]
