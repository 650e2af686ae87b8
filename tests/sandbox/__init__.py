"""The sandbox, driven over sockets."""
