package org.allodium.tenancy.internal;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toMap;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.allodium.kernel.Database;
import org.allodium.tenancy.News;
import org.allodium.tenancy.Project;
import org.allodium.tenancy.Role;
import org.allodium.tenancy.Tenant;
import org.allodium.tenancy.TenantId;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/// Organisations with their members' roles and their projects, in memory. One of them is replaced
/// as a whole, whatever of it changed.
public final class Organisations implements News.Picture {
    private static final String ALL = "";
    private static final String NAMED = "where tenant_id = any(:tenants) ";
    private static final String ROLES = "select tenant_id, subject, role from tenancy.membership ";
    private static final String OLDEST_FIRST = "order by created_at, id";

    private volatile Seen seen = new Seen();

    private static final class Seen {
        private final Map<TenantId, Organised> organisations = new ConcurrentHashMap<>();
        private final Map<String, TenantId> slugs = new ConcurrentHashMap<>();

        void put(Organised one) {
            slugs.put(one.tenant().slug(), one.tenant().id());
            organisations.put(one.tenant().id(), one);
        }

        void remove(TenantId id) {
            var gone = organisations.remove(id);
            if (gone != null) {
                slugs.remove(gone.tenant().slug(), id);
            }
        }
    }

    private record Organised(Tenant tenant, Map<String, Role> roles, List<Project> projects) {
        Organised {
            roles = Map.copyOf(roles);
            projects = List.copyOf(projects);
        }
    }

    public Optional<Tenant> tenant(TenantId id) {
        return find(id).map(Organised::tenant);
    }

    public Optional<TenantId> withSlug(String slug) {
        return Optional.ofNullable(seen.slugs.get(slug));
    }

    public Optional<Role> role(TenantId id, String subject) {
        return find(id).flatMap(one -> Optional.ofNullable(one.roles.get(subject)));
    }

    public List<Project> projects(TenantId id) {
        return find(id).map(Organised::projects).orElse(List.of());
    }

    private Optional<Organised> find(TenantId id) {
        @Nullable Organised found = seen.organisations.get(id);
        return Optional.ofNullable(found);
    }

    @Override
    public void readAll(Handle handle) {
        var all = new Seen();
        organised(handle, ALL, List.of()).forEach(all::put);
        seen = all;
    }

    @Override
    public void read(Handle handle, Set<String> names) {
        var tenants = names.stream().map(UUID::fromString).toList();
        var found = organised(handle, NAMED, tenants);
        // Those that stay are replaced in one step: nobody finds them missing.
        var there = found.stream().map(one -> one.tenant().id().value()).toList();
        tenants.stream()
                .filter(id -> !there.contains(id))
                .forEach(id -> seen.remove(new TenantId(id)));
        found.forEach(seen::put);
    }

    private static List<Organised> organised(Handle handle, String which, List<UUID> tenants) {
        record Membered(TenantId tenant, String subject, Role role) {}
        var roles =
                query(handle, ROLES + which, tenants)
                        .map(
                                row ->
                                        new Membered(
                                                row.getColumn("tenant_id", TenantId.class),
                                                row.getColumn("subject", String.class),
                                                row.getColumn("role", Role.class)))
                        .collect(
                                groupingBy(
                                        Membered::tenant,
                                        toMap(Membered::subject, Membered::role)));
        var projects =
                query(handle, Directory.PROJECT + which + OLDEST_FIRST, tenants)
                        .map(Directory::projectIn)
                        .collect(groupingBy(Project::tenant, mapping(v -> v, toList())));
        return query(handle, Directory.TENANT + which, tenants)
                .map(Directory::tenantIn)
                .list()
                .stream()
                .map(
                        tenant ->
                                new Organised(
                                        tenant,
                                        roles.getOrDefault(tenant.id(), Map.of()),
                                        projects.getOrDefault(tenant.id(), List.of())))
                .toList();
    }

    private static Query query(Handle handle, String sql, List<UUID> tenants) {
        var query = handle.createQuery(sql);
        if (sql.contains(":tenants")) {
            query.bind("tenants", Database.array(UUID.class, tenants));
        }
        return query;
    }
}
