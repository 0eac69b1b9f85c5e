/// Vaadin views for every role. Rules live elsewhere: a view asks, shows and never decides.
@NullMarked
package org.allodium.portal;

import org.jspecify.annotations.NullMarked;
