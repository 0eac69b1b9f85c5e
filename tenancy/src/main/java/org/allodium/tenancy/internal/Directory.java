package org.allodium.tenancy.internal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.allodium.kernel.Database;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.tenancy.Limits;
import org.allodium.tenancy.Member;
import org.allodium.tenancy.OrganisationKind;
import org.allodium.tenancy.Person;
import org.allodium.tenancy.Project;
import org.allodium.tenancy.ProjectId;
import org.allodium.tenancy.Role;
import org.allodium.tenancy.Standing;
import org.allodium.tenancy.Standing.Belonging;
import org.allodium.tenancy.Tenant;
import org.allodium.tenancy.TenantId;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.generic.GenericType;
import org.jdbi.v3.core.result.RowView;
import org.jspecify.annotations.Nullable;

/// Look-ups that come before any tenant is known: plain reads as role `allodium_platform` of what
/// is committed. What every request asks is in memory: [Organisations].
public final class Directory {
    static final String TENANT =
            "select tenant_id, slug, name, kind, country, identifier, requests_per_minute,"
                    + " tokens_per_minute, concurrent_requests, priority, founded_at"
                    + " from tenancy.organisation ";
    // One row at least, for whoever is nobody: the roles as staff come first.
    private static final String STANDING =
            "select o.tenant_id, o.slug, o.name, o.kind, o.country, o.identifier,"
                    + " o.requests_per_minute, o.tokens_per_minute, o.concurrent_requests,"
                    + " o.priority, o.founded_at,"
                    + " p.id as project, p.name as project_name, p.answer_cache, p.created_at,"
                    + " m.role, s.staff_roles"
                    + " from (select array_agg(role) as staff_roles from tenancy.staff_role"
                    + " where subject = :subject) s"
                    + " left join tenancy.membership m on m.subject = :subject"
                    + " left join tenancy.organisation o using (tenant_id)"
                    + " left join tenancy.project p on p.tenant_id = o.tenant_id and o.slug = :slug"
                    + " order by m.since, m.id, p.name";
    private static final String MEMBER =
            "select m.tenant_id, m.subject, p.name, p.email, m.role, m.since"
                    + " from tenancy.membership m join tenancy.person p using (subject) ";
    static final String PROJECT =
            "select id as project, tenant_id, name as project_name, answer_cache, created_at"
                    + " from tenancy.project ";

    private final Database platform;

    public Directory(DataSource platform) {
        this.platform = Database.over(platform);
    }

    public Optional<Tenant> tenant(TenantId id) {
        return read(
                handle ->
                        handle.createQuery(TENANT + "where tenant_id = :id")
                                .bind("id", id)
                                .map(Directory::tenantIn)
                                .findOne());
    }

    public Optional<Tenant> tenantBySlug(String slug) {
        return read(
                handle ->
                        handle.createQuery(TENANT + "where slug = :slug")
                                .bind("slug", slug)
                                .map(Directory::tenantIn)
                                .findOne());
    }

    /// `search` is text, not a pattern.
    public List<Tenant> tenants(String search, int offset, int limit) {
        return read(
                handle ->
                        handle.createQuery(
                                        TENANT
                                                + "where position(lower(:search) in lower(name)) > 0"
                                                + " or position(lower(:search) in lower(identifier))"
                                                + " > 0 order by name, tenant_id"
                                                + " offset :offset limit :limit")
                                .bind("search", search)
                                .bind("offset", offset)
                                .bind("limit", limit)
                                .map(Directory::tenantIn)
                                .list());
    }

    /// In one statement, because every click asks. `slug`: the organisation with whose projects;
    /// empty for none.
    public Standing standing(String subject, String slug) {
        var rows =
                read(
                        handle ->
                                handle.createQuery(STANDING)
                                        .bind("subject", subject)
                                        .bind("slug", slug)
                                        .map(StandingRow::in)
                                        .list());
        var belongings = new LinkedHashMap<Tenant, Belonging>();
        for (var row : rows) {
            if (row.belonging() != null) {
                belongings.merge(row.belonging().tenant(), row.belonging(), Directory::together);
            }
        }
        return new Standing(rows.getFirst().staffRoles(), List.copyOf(belongings.values()));
    }

    private static Belonging together(Belonging one, Belonging other) {
        var projects = new ArrayList<>(one.projects());
        projects.addAll(other.projects());
        return new Belonging(one.tenant(), one.role(), projects);
    }

    /// One of the person's organisations with one of its projects, or neither.
    private record StandingRow(Set<Role> staffRoles, @Nullable Belonging belonging) {
        private static final GenericType<@Nullable Set<Role>> ROLES = new GenericType<>() {};

        StandingRow {
            staffRoles = Set.copyOf(staffRoles);
        }

        static StandingRow in(RowView row) {
            var staff =
                    Objects.requireNonNullElse(row.getColumn("staff_roles", ROLES), Set.<Role>of());
            @Nullable Role role = row.getColumn("role", Role.class);
            if (role == null) {
                return new StandingRow(staff, null);
            }
            var projects =
                    row.getColumn("project", ProjectId.class) == null
                            ? List.<Project>of()
                            : List.of(projectIn(row));
            return new StandingRow(staff, new Belonging(tenantIn(row), role, projects));
        }
    }

    public Optional<Member> membership(TenantId tenant, String subject) {
        return read(
                handle ->
                        handle.createQuery(
                                        MEMBER
                                                + "where m.tenant_id = :tenant"
                                                + " and m.subject = :subject")
                                .bind("tenant", tenant)
                                .bind("subject", subject)
                                .map(Directory::memberIn)
                                .findOne());
    }

    public Optional<String> nameOf(String subject) {
        return read(
                handle ->
                        handle.createQuery(
                                        "select name from tenancy.person where subject = :subject")
                                .bind("subject", subject)
                                .mapTo(String.class)
                                .findOne());
    }

    public Optional<Project> project(ProjectId id) {
        return read(
                handle ->
                        handle.createQuery(PROJECT + "where id = :id")
                                .bind("id", id)
                                .map(Directory::projectIn)
                                .findOne());
    }

    public Set<Role> staffRoles(String subject) {
        return read(
                handle ->
                        handle.createQuery(
                                        "select role from tenancy.staff_role where subject = :subject")
                                .bind("subject", subject)
                                .mapTo(Role.class)
                                .set());
    }

    private <T> T read(HandleCallback<T, RuntimeException> reading) {
        try {
            return platform.withHandle(reading);
        } catch (JdbiException e) {
            throw Refused.of(ErrorCode.SERVER_ERROR, "tenancy.directory-unreadable").because(e);
        }
    }

    static Tenant tenantIn(RowView row) {
        return new Tenant(
                row.getColumn("tenant_id", TenantId.class),
                row.getColumn("slug", String.class),
                row.getColumn("name", String.class),
                row.getColumn("kind", OrganisationKind.class),
                row.getColumn("country", String.class),
                row.getColumn("identifier", String.class),
                new Limits(
                        row.getColumn("requests_per_minute", Integer.class),
                        row.getColumn("tokens_per_minute", Integer.class),
                        row.getColumn("concurrent_requests", Integer.class),
                        row.getColumn("priority", Limits.Priority.class)),
                row.getColumn("founded_at", Instant.class));
    }

    private static Member memberIn(RowView row) {
        return new Member(
                row.getColumn("tenant_id", TenantId.class),
                new Person(
                        row.getColumn("subject", String.class),
                        row.getColumn("name", String.class),
                        row.getColumn("email", String.class)),
                row.getColumn("role", Role.class),
                row.getColumn("since", Instant.class));
    }

    static Project projectIn(RowView row) {
        return new Project(
                row.getColumn("project", ProjectId.class),
                row.getColumn("tenant_id", TenantId.class),
                row.getColumn("project_name", String.class),
                row.getColumn("answer_cache", Boolean.class),
                row.getColumn("created_at", Instant.class));
    }
}
