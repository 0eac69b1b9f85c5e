/// Tests of tenancy, and the database fixture that the rooms to the right use too.
@NullMarked
package org.allodium.tenancy;

import org.jspecify.annotations.NullMarked;
