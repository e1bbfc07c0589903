"""The benchmark: the product beside pipelines that do as much or less, on the same broker and database. `make bench`."""
