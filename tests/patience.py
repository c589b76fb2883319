"""How long tests wait for what must happen."""

# Seconds: no figure that anything is held to. A machine that others share can give a tenth of itself for a while.
PATIENCE = 60
