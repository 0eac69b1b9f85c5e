/// The desks of the platform's people. It refuses to know the rules of approval.
@NullMarked
package org.allodium.portal.staff;

import org.jspecify.annotations.NullMarked;
