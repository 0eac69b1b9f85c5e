/// Tests of receipts.
@NullMarked
package org.allodium.evidence;

import org.jspecify.annotations.NullMarked;
