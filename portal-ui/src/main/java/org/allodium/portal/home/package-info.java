/// An organisation's overview: what is left, what was used, what needs attention. It refuses to
/// know how the figures come about.
@NullMarked
package org.allodium.portal.home;

import org.jspecify.annotations.NullMarked;
