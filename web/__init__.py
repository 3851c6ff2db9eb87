"""The interface layer: pages, REST API, command line."""
