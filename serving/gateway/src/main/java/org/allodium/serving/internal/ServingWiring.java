package org.allodium.serving.internal;

import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import javax.sql.DataSource;
import org.allodium.billing.Budgets;
import org.allodium.billing.Nodes;
import org.allodium.serving.IdempotentRequests;
import org.allodium.serving.RefusalLog;
import org.allodium.serving.ServingConfig;
import org.allodium.serving.ServingMeters;
import org.allodium.serving.internal.admission.AdmissionDesk;
import org.allodium.serving.internal.admission.AllotmentLine;
import org.allodium.serving.internal.answers.AnswerCache;
import org.allodium.serving.internal.answers.AnswerSeal;
import org.eclipse.microprofile.config.ConfigProvider;

/// Makes serving's plain objects, one of each for the life of the application.
@ApplicationScoped
class ServingWiring {
    @Resource(lookup = "jdbc/app")
    DataSource app;

    @Resource(lookup = "jdbc/platform")
    DataSource platform;

    @Produces
    @Singleton
    ServingConfig config() {
        return ServingConfig.from(ConfigProvider.getConfig());
    }

    @Produces
    @Singleton
    AllotmentLine limits(Budgets budgets, Clock clock) {
        return new AllotmentLine(platform, budgets::run, AdmissionDesk.nanos(clock));
    }

    void closeLimits(@Disposes AllotmentLine limits) {
        limits.close();
    }

    @Produces
    @Singleton
    AdmissionDesk desk(Clock clock, ServingConfig config, AllotmentLine limits) {
        var nanos = AdmissionDesk.nanos(clock);
        return new AdmissionDesk(clock, nanos, config.parsingMaxBytes(), limits);
    }

    @Produces
    @Singleton
    IdempotentRequests repeats(ServingConfig config, Clock clock) {
        var key = config.home().resolve("secrets").resolve("kept-answers.key");
        return new IdempotentRequests(app, platform, AnswerSeal.open(key), clock);
    }

    @Produces
    @Singleton
    RefusalLog refusals(Clock clock) {
        return new RefusalLog(app, platform, clock);
    }

    @Produces
    @Singleton
    AnswerCache cache(ServingConfig config, Clock clock) {
        return new AnswerCache(config.cacheMaxBytes(), config.cacheLifespan(), clock);
    }

    void closeCache(@Disposes AnswerCache cache) {
        cache.close();
    }

    /// Every room meters through Micrometer's global registry; this one is scraped.
    @Produces
    @Singleton
    PrometheusMeterRegistry scraped(Nodes nodes) {
        var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        // Before any meter: who adds up several nodes' figures can tell them apart.
        registry.config().commonTags("node", nodes.own());
        Metrics.addRegistry(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        return registry;
    }

    void closeScraped(@Disposes PrometheusMeterRegistry registry) {
        Metrics.removeRegistry(registry);
        registry.close();
    }

    /// Asks for the scraped registry, so that it exists before the first count.
    @Produces
    @Singleton
    ServingMeters meters(PrometheusMeterRegistry scraped) {
        return new ServingMeters(Metrics.globalRegistry);
    }
}
