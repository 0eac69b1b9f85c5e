package org.allodium.serving.rest;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.servlet.http.HttpServletRequest;
import org.eclipse.microprofile.config.ConfigProvider;

/// The port that listens on loopback alone and to which no proxy leads. The peer's address proves
/// nothing: behind a proxy on this machine the whole world comes from 127.0.0.1.
@ApplicationScoped
class ManagementPort {
    private static final int DEFAULT = 9081;

    private final int number =
            ConfigProvider.getConfig()
                    .getOptionalValue("allodium.management.port", Integer.class)
                    .orElse(DEFAULT);

    boolean isUsedBy(HttpServletRequest request) {
        return request.getLocalPort() == number;
    }
}
