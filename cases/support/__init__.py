"""Services for children: who offers what, referrals to them, and what became of each (Sandwell strategy 23)."""
