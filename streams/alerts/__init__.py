"""Alerts of one's own: rules over market events, and the webhooks and commands that are told of what they find."""
