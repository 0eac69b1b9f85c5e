/// Signing key, signature scheme, receipts' table. It knows of a receipt its id and tenant alone.
@NullMarked
package org.allodium.evidence.internal;

import org.jspecify.annotations.NullMarked;
