"""Why casework refuses a command, and what to do then. docs/operations.md has the same table."""

from collections.abc import Mapping

REFUSALS: Mapping[str, str] = {
    "unknown-agent": "nobody of that name works here: set --by to somebody of the organisation's file",
    "not-permitted": "that role may not do this: ask somebody whose role may, by the permissions' file",
    "not-yours": "somebody else has the complaint, or nobody yet: take it first, or have it assigned to you",
    "changed-meanwhile": "it has changed since that revision: read what happened, then ask again without --expects or with the new one",
    "wrong-status": "the complaint does not stand where this may be done: docs/life-of-a-complaint.md draws what may be done where",
    "yours-already": "nothing to do: you have it",
    "another-teams": "another team has the complaint: somebody of that team, or above the teams, may do this",
    "taken-already": "a colleague has it: ask them, or have somebody who may assign it to you",
    "unknown-assignee": "nobody of that name works here: set --to to somebody of the organisation's file",
    "assigned-already": "nothing to do: they have it",
    "asked-for-already": "all of it was asked for and has not come: wait for the customer, or waive it",
    "not-asked-for": "nothing of this is open: `redress show` lists what was asked for",
    "known-already": "the ledger has answered all of it: `redress show` tells what it found",
    "looked-up-already": "the ledger has been asked the same and has not answered yet: wait",
    "amount-needed": "money needs an amount: set --amount, in minor units, and --currency",
    "account-unknown": "money goes where the ledger says: look the transaction up first, and name it with --transaction if several fit",
    "more-than-the-transaction": "no more is refunded than was paid, and in its currency: set a smaller --amount",
    "nothing-proposed": "no such remedy waits for approval: `redress show` lists them",
    "own-proposal": "nobody approves what they proposed: somebody else must",
    "above-your-limit": "that is more than your role may approve: ask somebody whose limit reaches",
    "remedy-owed": "a remedy is neither done nor rejected yet: wait for the wallet, or have it approved or rejected",
    "nothing-paid": "monetary relief needs a remedy that the wallet has paid: propose one, or name another --outcome",
    "due-in-the-past": "a deadline moves into the future: set --until to a later time",
    "same-complaint": "that is the complaint itself: name another one",
    "linked-already": "nothing to do: they are linked",
    "not-linked": "nothing to do: they are not linked",
    "has-duplicates-itself": "others were merged into this one: merge the other way round",
    "unknown-root-cause": "no such code: set --root-cause to one of the root causes' file",
}
