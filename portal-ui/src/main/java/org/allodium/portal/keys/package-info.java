/// API keys of a project: made once, shown once, rotated and revoked. It refuses to know how keys
/// are kept.
@NullMarked
package org.allodium.portal.keys;

import org.jspecify.annotations.NullMarked;
