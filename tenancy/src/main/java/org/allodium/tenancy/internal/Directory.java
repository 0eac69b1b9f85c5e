package org.allodium.tenancy.internal;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
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
import org.jspecify.annotations.Nullable;

/// Look-ups that come before any tenant is known, or that every request makes: plain reads as role
/// `allodium_platform` of what is committed, so that a change binds the next request.
public final class Directory {
    private static final String TENANT =
            "select tenant_id, slug, name, kind, country, identifier, requests_per_minute,"
                    + " tokens_per_minute, concurrent_requests, priority, founded_at"
                    + " from tenancy.organisation ";
    // One row at least, for whoever is nobody: the roles as staff come first.
    private static final String STANDING =
            "select o.tenant_id, o.slug, o.name, o.kind, o.country, o.identifier,"
                    + " o.requests_per_minute, o.tokens_per_minute, o.concurrent_requests,"
                    + " o.priority, o.founded_at,"
                    + " p.id, p.tenant_id, p.name, p.answer_cache, p.created_at,"
                    + " m.role, s.roles"
                    + " from (select array_agg(role) as roles from tenancy.staff_role"
                    + " where subject = ?) s"
                    + " left join tenancy.membership m on m.subject = ?"
                    + " left join tenancy.organisation o using (tenant_id)"
                    + " left join tenancy.project p on p.tenant_id = o.tenant_id and o.slug = ?"
                    + " order by m.since, m.id, p.name";
    private static final String MEMBER =
            "select m.tenant_id, m.subject, p.name, p.email, m.role, m.since"
                    + " from tenancy.membership m join tenancy.person p using (subject) ";
    private static final String PROJECT =
            "select id, tenant_id, name, answer_cache, created_at from tenancy.project ";

    private final DataSource platform;

    public Directory(DataSource platform) {
        this.platform = platform;
    }

    public Optional<Tenant> tenant(TenantId id) {
        return first(list(TENANT + "where tenant_id = ?", Directory::tenant, id.value()));
    }

    public Optional<Tenant> tenantBySlug(String slug) {
        return first(list(TENANT + "where slug = ?", Directory::tenant, slug));
    }

    /// `search` is text, not a pattern.
    public List<Tenant> tenants(String search, int offset, int limit) {
        return list(
                TENANT
                        + "where position(lower(?) in lower(name)) > 0"
                        + " or position(lower(?) in lower(identifier)) > 0"
                        + " order by name, tenant_id offset ? limit ?",
                Directory::tenant,
                search,
                search,
                offset,
                limit);
    }

    /// In one statement, because every click asks. `slug`: the organisation with whose projects;
    /// empty for none.
    public Standing standing(String subject, String slug) {
        var rows = list(STANDING, StandingRow::of, subject, subject, slug);
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
        StandingRow {
            staffRoles = Set.copyOf(staffRoles);
        }

        static StandingRow of(ResultSet row) throws SQLException {
            var roles = row.getArray(18);
            var staff =
                    roles == null
                            ? Set.<Role>of()
                            : Stream.of((String[]) roles.getArray())
                                    .map(Role::valueOf)
                                    .collect(Collectors.toSet());
            if (row.getString(17) == null) {
                return new StandingRow(staff, null);
            }
            return new StandingRow(
                    staff,
                    new Belonging(
                            tenant(row),
                            Role.valueOf(row.getString(17)),
                            row.getObject(12) == null
                                    ? List.of()
                                    : List.of(Directory.project(row, 12))));
        }
    }

    public Optional<Member> membership(TenantId tenant, String subject) {
        return first(
                list(
                        MEMBER + "where m.tenant_id = ? and m.subject = ?",
                        Directory::member,
                        tenant.value(),
                        subject));
    }

    public Optional<String> nameOf(String subject) {
        return first(
                list(
                        "select name from tenancy.person where subject = ?",
                        row -> row.getString(1),
                        subject));
    }

    public Optional<Project> project(ProjectId id) {
        return first(list(PROJECT + "where id = ?", row -> project(row, 1), id.value()));
    }

    public Set<Role> staffRoles(String subject) {
        var roles = EnumSet.noneOf(Role.class);
        roles.addAll(
                list(
                        "select role from tenancy.staff_role where subject = ?",
                        row -> Role.valueOf(row.getString(1)),
                        subject));
        return roles;
    }

    private interface Reading<T> {
        T read(ResultSet row) throws SQLException;
    }

    private <T> List<T> list(String sql, Reading<T> reading, Object... values) {
        try (Connection connection = platform.getConnection();
                var statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            try (var rows = statement.executeQuery()) {
                var found = new ArrayList<T>();
                while (rows.next()) {
                    found.add(reading.read(rows));
                }
                return found;
            }
        } catch (SQLException e) {
            throw Refused.of(ErrorCode.SERVER_ERROR, "tenancy.directory-unreadable").because(e);
        }
    }

    private static <T> Optional<T> first(List<T> found) {
        return found.stream().findFirst();
    }

    private static Tenant tenant(ResultSet row) throws SQLException {
        return new Tenant(
                new TenantId(row.getObject(1, UUID.class)),
                row.getString(2),
                row.getString(3),
                OrganisationKind.valueOf(row.getString(4)),
                row.getString(5),
                row.getString(6),
                new Limits(
                        row.getInt(7),
                        row.getInt(8),
                        row.getInt(9),
                        Limits.Priority.valueOf(row.getString(10))),
                row.getTimestamp(11).toInstant());
    }

    private static Member member(ResultSet row) throws SQLException {
        return new Member(
                new TenantId(row.getObject(1, UUID.class)),
                new Person(row.getString(2), row.getString(3), row.getString(4)),
                Role.valueOf(row.getString(5)),
                row.getTimestamp(6).toInstant());
    }

    private static Project project(ResultSet row, int first) throws SQLException {
        return new Project(
                new ProjectId(row.getObject(first, UUID.class)),
                new TenantId(row.getObject(first + 1, UUID.class)),
                row.getString(first + 2),
                row.getBoolean(first + 3),
                row.getTimestamp(first + 4).toInstant());
    }
}
