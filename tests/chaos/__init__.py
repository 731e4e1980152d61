"""Workers killed, stopped and restarted while articles flow."""
