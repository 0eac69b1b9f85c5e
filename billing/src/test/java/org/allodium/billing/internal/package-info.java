/// Money in flight against a real PostgreSQL.
@NullMarked
package org.allodium.billing.internal;

import org.jspecify.annotations.NullMarked;
