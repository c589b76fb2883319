"""What the page shows, one module a view: each turns an address and what is kept into HTML."""
