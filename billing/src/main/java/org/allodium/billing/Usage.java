package org.allodium.billing;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.allodium.billing.internal.Scoped;
import org.allodium.billing.internal.UsageLog;
import org.allodium.kernel.Money;
import org.allodium.tenancy.Permission;
import org.allodium.tenancy.Project;
import org.allodium.tenancy.ProjectId;
import org.allodium.tenancy.Projects;
import org.allodium.tenancy.Requires;
import org.allodium.tenancy.TenantId;
import org.allodium.tenancy.TenantScope;
import org.jspecify.annotations.Nullable;

/// What was used, by request and by day. Waits for answers that have just left, so nobody sees them
/// late.
@ApplicationScoped
public class Usage {
    static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final int LARGEST_PAGE = 500;

    @Inject Scoped reads;
    @Inject Budgets budgets;
    @Inject Projects projects;

    /// Newest first, of one project or of all; each row says its project's present name.
    @Transactional(TxType.NOT_SUPPORTED)
    @Requires(Permission.SEE_USAGE)
    public List<SettledRequest> requests(
            TenantId tenant, Optional<ProjectId> project, int offset, int limit) {
        var page =
                settledReads(tenant)
                        .read(
                                handle ->
                                        UsageLog.page(
                                                handle,
                                                tenant.value(),
                                                id(project),
                                                Math.max(0, offset),
                                                Math.clamp(limit, 1, LARGEST_PAGE)));
        var names = new HashMap<String, String>();
        return page.stream()
                .map(
                        settled ->
                                settled.in(
                                        names.computeIfAbsent(
                                                settled.project(), this::projectName)))
                .toList();
    }

    @Transactional(TxType.NOT_SUPPORTED)
    @Requires(Permission.SEE_USAGE)
    public long count(TenantId tenant) {
        return settledReads(tenant).read(handle -> UsageLog.count(handle, tenant.value()));
    }

    /// One row per day (UTC) and funder in [from, to), of one project or of all. What cost nothing
    /// has an empty funder.
    @Transactional(TxType.NOT_SUPPORTED)
    @Requires(Permission.SEE_USAGE)
    public List<DailySpend> daily(
            TenantId tenant, Optional<ProjectId> project, Instant from, Instant to) {
        return settledReads(tenant)
                .read(handle -> UsageLog.daily(handle, tenant.value(), id(project), from, to));
    }

    public record DailySpend(
            LocalDate day, String funder, long requests, long tokens, Money cost) {}

    private Scoped settledReads(TenantId tenant) {
        TenantScope.current().demand(tenant);
        budgets.awaitQuiescence(tenant, PATIENCE);
        return reads;
    }

    private static @Nullable UUID id(Optional<ProjectId> project) {
        return project.map(ProjectId::value).orElse(null);
    }

    private String projectName(String id) {
        return projects.find(ProjectId.of(id)).map(Project::name).orElse(id);
    }
}
