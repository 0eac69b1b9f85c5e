/// The room's services, wired as the container would, over a real PostgreSQL.
@NullMarked
package org.allodium.billing;

import org.jspecify.annotations.NullMarked;
