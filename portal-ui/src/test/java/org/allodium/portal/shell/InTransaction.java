package org.allodium.portal.shell;

import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import jakarta.transaction.Transactional;
import org.allodium.tenancy.TenantScope;
import org.allodium.tenancy.TestDatabase;

/// What the server does around a `@Transactional` method, without its transaction manager: begins
/// one or joins the caller's, and rolls back when the method throws.
@Transactional
@Interceptor
@Priority(Interceptor.Priority.PLATFORM_BEFORE + 200)
class InTransaction {
    @Inject TestDatabase database;

    @AroundInvoke
    Object run(InvocationContext call) throws Exception {
        var demand = call.getMethod().getAnnotation(Transactional.class);
        if (demand != null && demand.value() == Transactional.TxType.NOT_SUPPORTED) {
            return call.proceed();
        }
        return database.inTransaction(TenantScope.current(), manager -> proceed(call));
    }

    private static Object proceed(InvocationContext call) {
        try {
            return call.proceed();
        } catch (RuntimeException failure) {
            throw failure;
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }
}
