package org.allodium.tenancy;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// An entity that belongs to no single tenant, on purpose: catalogue data, programmes, facts.
/// Every other entity carries Hibernate's `@TenantId`; a test says so.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Shared {}
