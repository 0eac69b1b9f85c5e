/// Organisations as the administrator sees them, with their quotas. It refuses to know how quotas
/// are enforced.
@NullMarked
package org.allodium.portal.organisations;

import org.jspecify.annotations.NullMarked;
