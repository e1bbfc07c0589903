"""Whether anything is lost or happens twice while parts of the house die, hang, fill up and come back: `make chaos`."""
