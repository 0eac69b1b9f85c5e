/// What every room may use: error codes, ids, money, the clock. It refuses to know everything else.
@NullMarked
package org.allodium.kernel;

import org.jspecify.annotations.NullMarked;
