/// Prices, programmes, applications, grants, reservations and their settlement, the ledger and
/// usage. Holds money for running requests; it refuses to know what tokens mean beyond units.
@NullMarked
package org.allodium.billing;

import org.jspecify.annotations.NullMarked;
