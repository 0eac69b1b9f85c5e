/// Receipts as signed JSON (JWS), their store, the public keys and the offline verifier; the place
/// of the Merkle log. It refuses to know what the entries mean.
@NullMarked
package org.allodium.evidence;

import org.jspecify.annotations.NullMarked;
