/// Tenancy's tables and the first two walls between tenants: Hibernate's tenant filter and the
/// connection that carries the tenant to PostgreSQL's row policies. It refuses to know who asked;
/// it reads the scope and nothing else.
@NullMarked
package org.allodium.tenancy.internal;

import org.jspecify.annotations.NullMarked;
