/// The gateway: admission, routing, caches, pools, metering and the OpenAI-style API. It refuses to
/// know the portal.
@NullMarked
package org.allodium.serving;

import org.jspecify.annotations.NullMarked;
