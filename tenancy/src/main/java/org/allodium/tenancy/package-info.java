/// Organisations (tenants), projects, memberships, staff roles, limits as declared, the scope in
/// which every piece of work runs, and the schema. It refuses to know money and models.
@NullMarked
package org.allodium.tenancy;

import org.jspecify.annotations.NullMarked;
