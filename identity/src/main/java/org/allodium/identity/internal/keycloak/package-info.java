/// The one place that speaks Keycloak's admin REST: organisations, their members, accounts of the
/// invited. A dozen calls need no client library. It refuses to know roles and rights; those are
/// ours, and Keycloak's copy of a membership only lets tokens name the organisation.
@NullMarked
package org.allodium.identity.internal.keycloak;

import org.jspecify.annotations.NullMarked;
