package org.allodium.portal.models;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// Under which address the portal and its API are reached from outside.
@ApplicationScoped
public class PortalAddress {
    @Inject
    @ConfigProperty(name = "allodium.portal.url", defaultValue = "http://localhost:9080")
    String url;

    public String url() {
        return url;
    }
}
