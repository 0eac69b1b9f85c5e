/// API keys of a project: made, shown once, rotated, revoked. It refuses to know how keys are kept.
@NullMarked
package org.allodium.portal.keys;

import org.jspecify.annotations.NullMarked;
