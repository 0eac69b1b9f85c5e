@NullMarked
package org.allodium.identity.internal;

import org.jspecify.annotations.NullMarked;
