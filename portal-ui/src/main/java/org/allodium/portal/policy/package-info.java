/// Where requests may run, in words, and the choice among policies. It refuses to evaluate rules.
@NullMarked
package org.allodium.portal.policy;

import org.jspecify.annotations.NullMarked;
