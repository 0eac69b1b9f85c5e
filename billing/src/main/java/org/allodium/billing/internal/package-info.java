/// How billing keeps its promises in PostgreSQL: the group-commit writers, the ledger, recovery,
/// and the entities behind programmes and applications. Nothing outside the room may lean on it.
/// It refuses to know what was asked or answered: it sees tokens, amounts and the receipt's draft.
@NullMarked
package org.allodium.billing.internal;

import org.jspecify.annotations.NullMarked;
