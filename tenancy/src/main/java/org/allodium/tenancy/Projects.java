package org.allodium.tenancy;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Ids;
import org.allodium.kernel.Refused;
import org.allodium.tenancy.internal.Directory;
import org.allodium.tenancy.internal.OwnedProject;
import org.allodium.tenancy.internal.ProjectRepository;

/// A tenant's projects: what keys, usage and the answer cache hang on.
@ApplicationScoped
public class Projects {
    private static final String RENAMED = "tenancy.project-renamed";

    @Resource(lookup = "jdbc/platform")
    DataSource platform;

    @Inject ProjectRepository projects;
    @Inject AuditTrail audit;
    @Inject Clock clock;

    @Requires(Permission.MANAGE_PROJECTS)
    @Transactional
    public Project create(TenantId tenant, String name) {
        TenantScope.current().demand(tenant);
        var id = Ids.timeOrdered(clock);
        var project =
                new OwnedProject(id, tenant.value(), freeName(tenant, name, id), clock.instant());
        projects.add(project);
        note(project.asProject(), "tenancy.project-created");
        return project.asProject();
    }

    @Requires(Permission.SEE_PROJECTS)
    @Transactional
    public List<Project> all(TenantId tenant) {
        TenantScope.current().demand(tenant);
        return projects.all(tenant).stream().map(OwnedProject::asProject).toList();
    }

    /// Under a tenant's scope, another tenant's project does not exist.
    @Anyone
    @Transactional(TxType.NOT_SUPPORTED)
    public Optional<Project> find(ProjectId id) {
        return new Directory(platform)
                .project(id)
                .filter(
                        project ->
                                TenantScope.currentIfBound()
                                        .map(TenantScope::tenant)
                                        .map(project.tenant()::equals)
                                        .orElse(true));
    }

    /// @param seen the name that was changed; when it is another by now, nothing is changed
    @Requires(Permission.MANAGE_PROJECTS)
    @Transactional
    public Project rename(ProjectId id, String name, String seen) {
        var project = projects.lock(id);
        var now = project.asProject();
        audit.edits(platform)
                .demandAsSeen(seen, now.name(), now.tenant(), RENAMED, "project", id.toString());
        project.rename(freeName(now.tenant(), name, id.value()));
        projects.flush();
        note(project.asProject(), RENAMED);
        return project.asProject();
    }

    @Requires(Permission.MANAGE_PROJECTS)
    @Transactional
    public Project switchAnswerCache(ProjectId id, boolean on) {
        var project = projects.require(id);
        project.keepAnswers(on);
        note(project.asProject(), "tenancy.project-cache-switched");
        return project.asProject();
    }

    private String freeName(TenantId tenant, String text, UUID id) {
        String name = FieldRules.name(text);
        if (projects.nameTaken(tenant, name, id)) {
            throw Refused.of(ErrorCode.CONFLICT, "tenancy.project-name-taken").at("name");
        }
        return name;
    }

    private void note(Project project, String act) {
        audit.note(
                project.tenant(),
                act,
                Map.of(
                        "project", project.id().toString(),
                        "name", project.name(),
                        "answerCache", Boolean.toString(project.answerCache())));
    }
}
