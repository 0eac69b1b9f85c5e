package org.allodium.serving.rest;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// The port that listens on loopback alone and to which no proxy leads. The peer's address proves
/// nothing: behind a proxy on this machine the whole world comes from 127.0.0.1. See decision 0101.
@ApplicationScoped
class ManagementPort {
    @Inject
    @ConfigProperty(name = "allodium.management.port", defaultValue = "9081")
    int number;

    boolean isUsedBy(HttpServletRequest request) {
        return request.getLocalPort() == number;
    }
}
