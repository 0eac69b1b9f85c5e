/// What was used, request by request and day by day. It refuses to compute costs.
@NullMarked
package org.allodium.portal.usage;

import org.jspecify.annotations.NullMarked;
