package org.allodium.tenancy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/// Counts what is executed on a data source: a batch is one. What nodes say to each other, by
/// threads that serve no page, is not counted.
final class CountedStatements {
    private CountedStatements() {}

    static DataSource of(DataSource source, AtomicInteger count) {
        return proxy(DataSource.class, source, count);
    }

    private static <T> T proxy(Class<T> type, Object target, AtomicInteger count) {
        return type.cast(
                Proxy.newProxyInstance(
                        CountedStatements.class.getClassLoader(),
                        new Class<?>[] {type},
                        (_, method, arguments) -> {
                            if (target instanceof Statement
                                    && method.getName().startsWith("execute")
                                    && !isBackground(Thread.currentThread().getName())) {
                                count.incrementAndGet();
                            }
                            return counted(method, call(target, method, arguments), count);
                        }));
    }

    private static boolean isBackground(String thread) {
        return thread.startsWith("billing-")
                || thread.startsWith("news-")
                || thread.startsWith("allodium-log-");
    }

    private static Object counted(Method method, Object result, AtomicInteger count) {
        var type = method.getReturnType();
        return type == Connection.class && method.getName().equals("getConnection")
                        || type == PreparedStatement.class
                        || type == Statement.class && method.getName().equals("createStatement")
                ? proxy(type, result, count)
                : result;
    }

    private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
