/// Programmes as an organisation sees them: what is open, applying, and what became of it. It
/// refuses to judge applications.
@NullMarked
package org.allodium.portal.programmes;

import org.jspecify.annotations.NullMarked;
