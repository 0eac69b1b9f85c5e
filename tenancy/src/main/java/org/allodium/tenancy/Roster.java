package org.allodium.tenancy;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.tenancy.internal.Organisations;

/// What every request asks of organisations, their members and projects, from memory. A change
/// binds the next request; where the news are lost, every question is refused.
@ApplicationScoped
public class Roster {
    private static final int START = 3;

    @Inject News news;

    private final Organisations organisations = new Organisations();

    /// For CDI.
    public Roster() {}

    /// Without a container.
    public Roster(News news) {
        this.news = news;
        open(news);
    }

    void open(@Observes @Priority(START) @Initialized(ApplicationScoped.class) Object start) {
        news.keep("organisation", organisations);
    }

    @Anyone
    public Limits limits(TenantId tenant) {
        news.demandFresh();
        return organisations
                .tenant(tenant)
                .map(Tenant::limits)
                .orElseThrow(() -> Refused.of(ErrorCode.NOT_FOUND, "tenancy.no-such-organisation"));
    }

    @Anyone
    public Optional<TenantId> withSlug(String slug) {
        news.demandFresh();
        return organisations.withSlug(slug);
    }

    /// Empty for whoever is no member.
    @Anyone
    public Optional<Role> role(TenantId tenant, String subject) {
        news.demandFresh();
        return organisations.role(tenant, subject);
    }

    /// Empty where the project is another organisation's.
    @Anyone
    public Optional<Project> project(TenantId tenant, ProjectId project) {
        return projects(tenant).stream().filter(one -> one.id().equals(project)).findFirst();
    }

    /// The oldest first.
    @Anyone
    public List<Project> projects(TenantId tenant) {
        news.demandFresh();
        return organisations.projects(tenant);
    }
}
