package org.allodium.portal.home;

import static org.allodium.portal.text.Messages.say;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.allodium.billing.Application;
import org.allodium.billing.Applications;
import org.allodium.identity.ApiKeyRow;
import org.allodium.identity.ApiKeys;
import org.allodium.portal.shell.Visit;
import org.allodium.portal.text.Figures;
import org.allodium.sovereignty.Residency;
import org.allodium.tenancy.Permission;
import org.allodium.tenancy.Verifications;

/// What a reader should know today: grants that are spent or lapse, keys that end soon,
/// applications that wait, first steps not yet taken.
@ApplicationScoped
public class Attention {
    static final Duration SOON = Duration.ofDays(14);

    @Inject ApiKeys keys;
    @Inject Applications applications;
    @Inject Residency residency;
    @Inject Verifications verifications;

    List<String> of(Visit visit, HomeFigures numbers, Figures figures) {
        var tenant = visit.requireTenant().id();
        var points = new ArrayList<String>();
        var sent = applications.ofTenant(tenant);
        if (sent.isEmpty()) {
            points.add(say("home.needs.first-application"));
        }
        if (visit.may(Permission.CHOOSE_POLICY) && residency.organisationPolicy(tenant).isEmpty()) {
            points.add(say("home.needs.policy"));
        }
        points.addAll(GrantWords.needs(numbers, figures));
        if (verifications.present(tenant).isEmpty()) {
            points.add(say("home.needs.verification"));
        }
        if (visit.projects().isEmpty()) {
            points.add(say("home.needs.first-project"));
        }
        if (visit.may(Permission.KEEP_KEYS)) {
            visit.project().map(List::of).orElse(visit.projects()).stream()
                    .flatMap(project -> keys.list(tenant, project.id()).stream())
                    .filter(key -> endsSoon(key, figures))
                    .forEach(
                            key ->
                                    points.add(
                                            say(
                                                    "home.needs.key",
                                                    key.name(),
                                                    figures.relative(key.expiresAt()))));
        }
        sent.stream()
                .filter(application -> application.state() == Application.State.SUBMITTED)
                .forEach(
                        application ->
                                points.add(
                                        say(
                                                "home.needs.application",
                                                application.programmeTitle(),
                                                figures.relative(application.submittedAt()))));
        return List.copyOf(points);
    }

    static boolean endsSoon(ApiKeyRow key, Figures figures) {
        return key.usableAt(figures.now()) && key.expiresAt().isBefore(figures.now().plus(SOON));
    }
}
