/// The gateway: admission, routing, caches, pools, metering, API. It refuses to know the portal.
@NullMarked
package org.allodium.serving;

import org.jspecify.annotations.NullMarked;
