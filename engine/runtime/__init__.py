"""Instances alive: one row locks a whole dossier, every act is one pipeline."""
