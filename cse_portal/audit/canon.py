"""What is hashed of an audit row, word for word: one expression each, for the database and for whoever checks it.

A JSON array in a fixed order, so that nothing can be moved from one field to its neighbour; moments as microseconds,
so that no server's time zone changes a word. Checks carry the expression with them and trust no function they find.
"""

MICROSECONDS = "(extract(epoch FROM {0}) * 1000000)::bigint"

EVENT = f"""jsonb_build_array(
    'event', r.id, r.txid::text, {MICROSECONDS.format("r.at")}, {MICROSECONDS.format("r.written_at")}, r.actor_id,
    r.agency_id, r.role, r.witness, r.action, r.object_type, r.object_id, r.case_id, r.detail, r.request_id
)::text"""
CHANGE = f"""jsonb_build_array(
    'change', r.id, r.txid::text, {MICROSECONDS.format("r.at")}, {MICROSECONDS.format("r.written_at")}, r.actor_id,
    r.agency_id, r.role, r.witness, r.request_id, r.of_table, r.row_key, r.case_id, r.operation, r.columns,
    encode(r.values_hash, 'hex'), encode(r.row_state, 'hex')
)::text"""


def row_hash(canon: str) -> str:
    """SQL for the hash of a row `r`."""
    return f"sha256(convert_to({canon}, 'UTF8'))"
