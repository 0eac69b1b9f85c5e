/// What stands behind the use cases of serving: the common way of every inference, the admission
/// desk, pools, the answer cache, meters and health. It refuses to know HTTP. See decision 0027.
@NullMarked
package org.allodium.serving.internal;

import org.jspecify.annotations.NullMarked;
