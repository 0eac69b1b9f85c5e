/// Which models should run here, how they are looked at, and how they start.
@NullMarked
package org.allodium.serving.internal.loading;

import org.jspecify.annotations.NullMarked;
