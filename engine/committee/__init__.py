"""The approval committee: its sessions, its decisions and their sign-off by the chair."""
