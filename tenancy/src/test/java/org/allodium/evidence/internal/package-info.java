/// Tests of the log.
@NullMarked
package org.allodium.evidence.internal;

import org.jspecify.annotations.NullMarked;
