"""Signing in with an agency's own account: OpenID Connect, the code flow, and nothing of it believed unproved."""
