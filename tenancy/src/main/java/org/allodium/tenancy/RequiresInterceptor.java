package org.allodium.tenancy;

import jakarta.annotation.Priority;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;

/// The check behind [Requires], before the transaction begins: a refused call costs no connection.
@Requires(Permission.CALL_MODELS) // Binds to every permission: which one stands here says nothing.
@Interceptor
@Priority(Interceptor.Priority.PLATFORM_BEFORE)
class RequiresInterceptor {
    @AroundInvoke
    Object check(InvocationContext invocation) throws Exception {
        demand(invocation).value().demand();
        return invocation.proceed();
    }

    private static Requires demand(InvocationContext invocation) {
        var onMethod = invocation.getMethod().getAnnotation(Requires.class);
        if (onMethod != null) {
            return onMethod;
        }
        var onClass = invocation.getMethod().getDeclaringClass().getAnnotation(Requires.class);
        if (onClass == null) {
            throw new IllegalStateException("No @Requires on " + invocation.getMethod());
        }
        return onClass;
    }
}
