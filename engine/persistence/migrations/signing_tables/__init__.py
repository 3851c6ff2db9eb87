"""The tables of sessions, documents and signatures, as the migration that brings them lays them down."""
