@NullMarked
package org.allodium.identity.internal.keycloak;

import org.jspecify.annotations.NullMarked;
