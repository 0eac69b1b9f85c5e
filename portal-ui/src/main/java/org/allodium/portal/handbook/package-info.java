/// The handbook as pages of the portal, for everybody, also without signing in. What they say
/// stands in `docs/handbook` and nowhere else.
@NullMarked
package org.allodium.portal.handbook;

import org.jspecify.annotations.NullMarked;
