/// Programmes as an organisation sees them, and its applications. It refuses to judge applications.
@NullMarked
package org.allodium.portal.programmes;

import org.jspecify.annotations.NullMarked;
