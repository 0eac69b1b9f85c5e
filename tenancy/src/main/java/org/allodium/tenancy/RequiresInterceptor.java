package org.allodium.tenancy;

import jakarta.annotation.Priority;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.allodium.kernel.CloudException;
import org.allodium.kernel.ErrorCode;

/// The permission check behind [Requires]. It runs before the transaction begins, so a refused
/// call costs no connection.
@Requires({})
@Interceptor
@Priority(Interceptor.Priority.PLATFORM_BEFORE)
class RequiresInterceptor {
    @AroundInvoke
    Object check(InvocationContext invocation) throws Exception {
        var demand = demand(invocation);
        demand(demand.value());
        return invocation.proceed();
    }

    static void demand(Role... accepted) {
        var held = TenantScope.currentIfBound().map(TenantScope::roles).orElse(Set.of());
        if (Arrays.stream(accepted).noneMatch(held::contains)) {
            throw new CloudException(
                    ErrorCode.PERMISSION_DENIED,
                    "This needs one of the roles "
                            + Arrays.stream(accepted)
                                    .map(Role::label)
                                    .collect(Collectors.joining(", "))
                            + ".");
        }
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
