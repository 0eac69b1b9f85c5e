/// The signing key, the signature scheme and the receipts' table. It refuses to know what a
/// receipt says beyond its id and its tenant.
@NullMarked
package org.allodium.evidence.internal;

import org.jspecify.annotations.NullMarked;
