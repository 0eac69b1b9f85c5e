@NullMarked
package org.allodium.identity;

import org.jspecify.annotations.NullMarked;
