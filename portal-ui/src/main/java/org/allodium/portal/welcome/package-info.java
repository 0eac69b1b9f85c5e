/// What a visitor sees first. It refuses to know anything about persons.
@NullMarked
package org.allodium.portal.welcome;

import org.jspecify.annotations.NullMarked;
