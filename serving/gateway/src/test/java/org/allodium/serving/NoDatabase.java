package org.allodium.serving;

import java.lang.reflect.Proxy;
import java.sql.SQLException;
import javax.sql.DataSource;

/// A database that is away.
public final class NoDatabase {
    private NoDatabase() {}

    public static DataSource away() {
        return (DataSource)
                Proxy.newProxyInstance(
                        NoDatabase.class.getClassLoader(),
                        new Class<?>[] {DataSource.class},
                        (proxy, method, arguments) -> {
                            throw new SQLException("The database is away", "08006");
                        });
    }
}
