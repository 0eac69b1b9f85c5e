package org.allodium.portal.shell;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.allodium.identity.PortalUser;
import org.allodium.tenancy.Permission;
import org.allodium.tenancy.Person;
import org.allodium.tenancy.Project;
import org.allodium.tenancy.Role;
import org.allodium.tenancy.TenancyFixture;
import org.allodium.tenancy.Tenant;
import org.allodium.tenancy.TenantScope;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VisitsTest {
    private final TenancyFixture rooms = TenancyFixture.fresh();
    private final ScopeFilter filter = new ScopeFilter();
    private final Map<String, Object> attributes = new HashMap<>();
    private final List<TenantScope> scopes = new ArrayList<>();

    VisitsTest() {
        filter.visits = new Visits();
        filter.visits.tenants = rooms.tenants;
    }

    @AfterEach
    void close() {
        rooms.close();
    }

    @Test
    void onePageRequestAsksTheDatabaseOnceWhoIsVisiting() throws Exception {
        var lab = rooms.organisation("Lab");
        project(lab, "One");
        project(lab, "Two");
        int before = rooms.database.statements();
        var visit = open("/o/" + lab.slug() + "/home", owner(lab));

        assertThat(rooms.database.statements() - before).isEqualTo(1);
        assertThat(visit.requireTenant()).isEqualTo(lab);
        assertThat(visit.projects()).extracting(Project::name).containsExactly("One", "Two");
        assertThat(scopes.getLast())
                .isEqualTo(TenantScope.of(lab.id(), owner(lab).subject(), Set.of(Role.OWNER)));
    }

    @Test
    void aSuspendedRequestGoesOnWithItsVisit() throws Exception {
        var lab = rooms.organisation("Long");
        var first = open("/o/" + lab.slug() + "/home", owner(lab));
        int before = rooms.database.statements();
        filter(request("/o/" + lab.slug() + "/home", owner(lab)));

        assertThat(rooms.database.statements()).isEqualTo(before);
        assertThat(attributes).containsEntry(Visits.ATTRIBUTE, first);
    }

    @Test
    void findsTheProjectOfTheAddressAndNoOther() throws Exception {
        var lab = rooms.organisation("Deep");
        var project = project(lab, "Mine");
        var others = project(rooms.organisation("Other"), "Theirs");
        var within = "/o/" + lab.slug() + "/p/";

        assertThat(open(within + project.id() + "/keys", owner(lab)).project()).contains(project);
        assertThat(open(within + others.id() + "/keys", owner(lab)).misplaced()).isTrue();
    }

    @Test
    void whatChangesBindsTheNextRequest() throws Exception {
        var lab = rooms.organisation("Live");
        var ann = TenancyFixture.person("Ann");
        var home = "/o/" + lab.slug() + "/home";
        assertThat(open(home, ann).misplaced()).isTrue();
        rooms.database.inTransaction(
                owned(lab), manager -> rooms.tenants.addMember(lab.id(), ann, Role.MEMBER));
        assertThat(open(home, ann).may(Permission.CALL_MODELS)).isTrue();
        assertThat(open(home, ann).may(Permission.INVITE_MEMBERS)).isFalse();
        rooms.database.runInTransaction(
                owned(lab),
                () ->
                        rooms.tenants.changeRole(
                                lab.id(), ann.subject(), Role.BILLING_VIEWER, Role.MEMBER));
        assertThat(open(home, ann).may(Permission.CALL_MODELS)).isFalse();
        rooms.database.runInTransaction(
                owned(lab), () -> rooms.tenants.removeMember(lab.id(), ann.subject()));
        assertThat(open(home, ann).misplaced()).isTrue();
        assertThat(scopes.getLast().isPlatform()).isTrue();
        assertThat(scopes.getLast().roles()).isEmpty();
    }

    @Test
    void rolesAsStaffCountAtTheDeskAlone() throws Exception {
        var lab = rooms.organisation("Both");
        rooms.database.runInTransaction(
                TenancyFixture.platform(Role.ADMINISTRATOR),
                () -> rooms.staff.assign(owner(lab), Set.of(Role.AUDITOR)));

        assertThat(open("/staff/desk", owner(lab)).roles()).containsExactly(Role.AUDITOR);
        assertThat(open("/o/" + lab.slug() + "/home", owner(lab)).roles())
                .containsExactly(Role.OWNER);
        assertThat(open("/found", owner(lab)).roles()).isEmpty();
    }

    private Visit open(String path, Person person) throws Exception {
        attributes.clear();
        filter(request(path, person));
        return (Visit) attributes.get(Visits.ATTRIBUTE);
    }

    private void filter(HttpServletRequest request) throws Exception {
        var response = fake(HttpServletResponse.class, Map.of());
        filter.doFilter(request, response, (_, _) -> scopes.add(TenantScope.current()));
    }

    private HttpServletRequest request(String path, Person person) {
        var user = new PortalUser(person.subject(), "x", person.name(), person.email(), "token");
        var session = fake(HttpSession.class, Map.of("getAttribute", user));
        return fake(
                HttpServletRequest.class,
                Map.of("getMethod", "GET", "getRequestURI", path, "getSession", session));
    }

    /// Answers what it is told to, keeps attributes, and knows nothing else.
    private <T> T fake(Class<T> type, Map<String, Object> answers) {
        return type.cast(
                Proxy.newProxyInstance(
                        VisitsTest.class.getClassLoader(),
                        new Class<?>[] {type},
                        (_, method, values) ->
                                Optional.ofNullable(answers.get(method.getName()))
                                        .orElseGet(
                                                () ->
                                                        switch (method.getName()) {
                                                            case "setAttribute" ->
                                                                    attributes.put(
                                                                            (String) values[0],
                                                                            values[1]);
                                                            case "getAttribute" ->
                                                                    attributes.get(values[0]);
                                                            default -> null;
                                                        })));
    }

    private Project project(Tenant tenant, String name) {
        return rooms.database.inTransaction(
                owned(tenant), manager -> rooms.projects.create(tenant.id(), name));
    }

    private static TenantScope owned(Tenant tenant) {
        return TenantScope.of(tenant.id(), "test", Set.of(Role.OWNER));
    }

    private static Person owner(Tenant tenant) {
        return TenancyFixture.person("Owner of " + tenant.name());
    }
}
