/// The handbook as pages of the portal, for everybody, also without signing in. What they say
/// stands in `docs/handbook` and nowhere else. Beside it the reference of the APIs, drawn from the
/// document of `/openapi`.
@NullMarked
package org.allodium.portal.handbook;

import org.jspecify.annotations.NullMarked;
