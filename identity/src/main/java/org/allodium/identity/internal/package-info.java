/// Identity's tables, the proof behind every header, and the two servlets of signing in and out.
/// It knows secrets only as hashes, and roles only as they are at this moment.
@NullMarked
package org.allodium.identity.internal;

import org.jspecify.annotations.NullMarked;
