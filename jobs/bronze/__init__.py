"""What was fetched or imported, as sent: one module a source, each giving the same raw plays."""
