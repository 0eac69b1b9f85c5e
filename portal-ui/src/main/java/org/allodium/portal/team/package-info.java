/// Members and invitations of an organisation. It refuses to know how identities are kept.
@NullMarked
package org.allodium.portal.team;

import org.jspecify.annotations.NullMarked;
