"""The page's views, one module each: they turn an address and the data into HTML."""
