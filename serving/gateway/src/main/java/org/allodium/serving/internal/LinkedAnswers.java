package org.allodium.serving.internal;

import io.micrometer.core.instrument.Metrics;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import org.allodium.serving.ServingConfig;
import org.allodium.serving.internal.answers.AnswerCache;
import org.allodium.serving.internal.link.AnswerLink;
import org.jspecify.annotations.Nullable;

/// Links this node with others where it is told of any; a node alone opens nothing.
@ApplicationScoped
class LinkedAnswers {
    @Inject ServingConfig config;
    @Inject AnswerCache cache;

    private @Nullable AnswerLink link;

    void start(@Observes @Priority(300) @Initialized(ApplicationScoped.class) Object application) {
        if (config.link().isWanted()) {
            link = AnswerLink.open(config.link(), cache, Metrics.globalRegistry);
        }
    }

    @PreDestroy
    void stop() {
        if (link != null) {
            link.close();
        }
    }
}
