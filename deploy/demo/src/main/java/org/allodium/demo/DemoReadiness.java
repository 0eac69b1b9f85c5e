package org.allodium.demo;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.allodium.tenancy.Anyone;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/// Holds back readiness until the demo country stands.
@Readiness
@ApplicationScoped
@Anyone
public class DemoReadiness implements HealthCheck {
    @Inject DemoAtStart demo;

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("demo").status(demo.ready()).build();
    }
}
