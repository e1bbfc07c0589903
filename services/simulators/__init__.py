"""Stand-ins for the wallet's own systems, for demos and tests. No part of production: there the wallet answers itself."""
