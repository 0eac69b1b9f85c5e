package org.allodium.sovereignty.internal;

import jakarta.annotation.Priority;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Clock;
import javax.sql.DataSource;
import org.allodium.sovereignty.Attestation.Criterion;
import org.allodium.sovereignty.ProcessingActivity;
import org.allodium.tenancy.News;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

/// Turns what the configuration says about the installation's place, operator and sinks into facts,
/// once for each wording: what was recorded or withdrawn since stays so.
@ApplicationScoped
public class InstallationAtStart {
    private static final String INSTALLATION = ProcessingActivity.INSTALLATION.value();

    @Resource(lookup = "jdbc/platform")
    DataSource platform;

    @Inject Clock clock;
    @Inject News news;

    /// For CDI.
    public InstallationAtStart() {}

    /// Without a container.
    @SuppressWarnings("UnnecessaryAssignment")
    public InstallationAtStart(DataSource platform, Clock clock, News news) {
        this.platform = platform;
        this.clock = clock;
        this.news = news;
    }

    void begin(@Observes @Priority(20) @Initialized(ApplicationScoped.class) Object start) {
        record(ConfigProvider.getConfig());
    }

    public void record(Config config) {
        InstallationSettings.read(config).ifPresent(this::record);
    }

    private void record(InstallationSettings settings) {
        var records = new Records(platform);
        var evidence = records.evidence(INSTALLATION + "/" + Criterion.OPERATION);
        if (evidence.filter(settings.digest()::equals).isPresent()) {
            return;
        }
        var at = clock.instant();
        var before = records.inForce();
        var facts = settings.facts(at);
        records.change(
                "configuration",
                "described the installation",
                at,
                (handle, epoch) -> {
                    for (var fact : facts.all()) {
                        Records.fact(handle, epoch, fact, at);
                    }
                    // A sink that the configuration names no more is one that exists no more.
                    for (var sink : before.activities()) {
                        boolean named =
                                facts.activities().stream()
                                        .anyMatch(stated -> stated.key().equals(sink.key()));
                        if (sink.pool().equals(INSTALLATION) && !named) {
                            Records.withdrawal(handle, epoch, sink.getClass(), sink.key(), at);
                        }
                    }
                });
        news.bindNext();
    }
}
