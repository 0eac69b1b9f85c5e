package org.allodium.serving.internal.loading;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.allodium.identity.KeycloakHealth;
import org.allodium.kernel.Database;
import org.allodium.serving.internal.admission.AllotmentLine;
import org.allodium.tenancy.News;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What must work before requests are sent here. Each check asks the thing itself.
@ApplicationScoped
class ServingHealth {
    private static final Logger LOG = LoggerFactory.getLogger(ServingHealth.class);
    private static final String NO_FACTS =
            "no model runs, since no facts are known of any place and its operator";

    @Resource(lookup = "jdbc/app")
    DataSource app;

    @Resource(lookup = "jdbc/platform")
    DataSource platform;

    @Inject KeycloakHealth keycloak;
    @Inject ModelLoader loader;
    @Inject News news;
    @Inject AllotmentLine limits;

    @Produces
    @Readiness
    HealthCheck database() {
        return check("database", () -> up("database", answers(app) && answers(platform)));
    }

    /// A node that does not hear what others change refuses everybody: another one answers.
    @Produces
    @Readiness
    HealthCheck news() {
        return check("news", () -> up("news", news.isFresh()));
    }

    /// Nobody is let in before it is known what other nodes let in.
    @Produces
    @Readiness
    HealthCheck limits() {
        return check("limits", () -> up("limits", limits.isIn()));
    }

    /// Programs with keys are served without Keycloak, so its absence takes no node out of service.
    @Produces
    @Readiness
    HealthCheck signIn() {
        return check(
                "keycloak",
                () ->
                        HealthCheckResponse.named("keycloak")
                                .up()
                                .withData("reachable", keycloak.reachable())
                                .build());
    }

    /// Up when the models that come with the product are, or when they may run nowhere because the
    /// installation has no facts yet; names what is missing, all that could not be started, and
    /// what computes those that run.
    @Produces
    @Readiness
    HealthCheck models() {
        return check("models", this::modelsNow);
    }

    private HealthCheckResponse modelsNow() {
        // The catalogue answers nobody then, and who waits for it waits too long for a probe.
        if (!news.isFresh()) {
            return up("models", false);
        }
        boolean ready = loader.bundledReady();
        boolean nowhere = !ready && loader.nowhereToRun();
        var answer = HealthCheckResponse.named("models").status(ready || nowhere);
        if (nowhere) {
            answer.withData("missing.models", NO_FACTS);
        }
        var starts = loader.starts();
        starts.failures().forEach((place, why) -> answer.withData("failed." + place, why));
        starts.computing()
                .forEach((place, with) -> answer.withData("computes." + place, with.words()));
        loader.machine()
                .ifPresent(
                        machine ->
                                answer.withData("instructions", machine.instructions().label())
                                        .withData("own-machine-code", machine.ownCode()));
        return answer.build();
    }

    /// The application's beans answer: nothing more can be asked without asking others.
    @Produces
    @Liveness
    HealthCheck alive() {
        return check("application", () -> up("application", true));
    }

    @Produces
    @Startup
    HealthCheck started() {
        return check("database-at-start", () -> up("database-at-start", answers(platform)));
    }

    /// Down when it cannot be told: the server takes a check that throws for none, and answers that
    /// all is well.
    static HealthCheck check(String name, Supplier<HealthCheckResponse> asked) {
        return () -> {
            try {
                return asked.get();
            } catch (RuntimeException untold) {
                LOG.debug("{} cannot be told", name, untold);
                return up(name, false);
            }
        };
    }

    private static HealthCheckResponse up(String name, boolean up) {
        return HealthCheckResponse.named(name).status(up).build();
    }

    private static boolean answers(DataSource source) {
        try {
            return Database.over(source)
                    .withHandle(
                            handle -> handle.createQuery("select true").mapTo(Boolean.class).one());
        } catch (JdbiException e) {
            // The answer says it; asked every few seconds, the log would say nothing else.
            LOG.debug("The database does not answer", e);
            return false;
        }
    }
}
