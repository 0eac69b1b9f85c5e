/// Who is calling: API keys, OIDC access tokens, portal users, and the one speaker of Keycloak's
/// admin REST. It refuses to know what a caller may spend.
@NullMarked
package org.allodium.identity;

import org.jspecify.annotations.NullMarked;
