/// Tenancy's tables and the first two walls between tenants: Hibernate's filter and the connection
/// that carries the tenant to PostgreSQL's row policies. It refuses to know more than the scope.
@NullMarked
package org.allodium.tenancy.internal;

import org.jspecify.annotations.NullMarked;
