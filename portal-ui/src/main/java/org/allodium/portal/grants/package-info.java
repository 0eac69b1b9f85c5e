/// What pays for an organisation's requests, and until when. It refuses to decide what pays first.
@NullMarked
package org.allodium.portal.grants;

import org.jspecify.annotations.NullMarked;
