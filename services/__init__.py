"""The services of Redress. Each is five files: app, handlers (read first), rules, store, settings. None imports another."""
