/// What pays for the organisation's requests, and until when. It refuses to decide which grant pays
/// first.
@NullMarked
package org.allodium.portal.grants;

import org.jspecify.annotations.NullMarked;
