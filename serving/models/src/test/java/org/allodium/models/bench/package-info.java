/// How fast the bundled encoder is, beside the runtime that it was published for.
@NullMarked
package org.allodium.models.bench;

import org.jspecify.annotations.NullMarked;
