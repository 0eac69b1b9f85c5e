package org.allodium.portal.shell;

import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.allodium.tenancy.Project;
import org.allodium.tenancy.Tenant;

/// Addresses that lead on to another one: the front page of somebody who is signed in, the pages'
/// addresses of old, and the bare address of a place.
final class Addresses {
    /// Pages of an organisation stood at the root once; links in mails and documents still say so.
    private static final Set<String> OF_ORGANISATIONS =
            Set.of(
                    "home",
                    "playground",
                    "models",
                    "keys",
                    "usage",
                    "projects",
                    "grants",
                    "programmes",
                    "policy",
                    "team",
                    "receipts");

    private static final Set<String> OF_STAFF =
            Set.of("desk", "applications", "calls", "organisations");

    private static final Map<Class<? extends Place>, String> BEGINNINGS =
            Map.of(Place.Organisation.class, "home", Place.StaffDesk.class, "desk");

    private Addresses() {}

    /// What is asked for at this address, where another one serves it. Empty: this one does.
    sealed interface Onward {
        /// To a page of the place where the person begins.
        record ToOwnPlace(String page) implements Onward {}

        record ToPath(String path) implements Onward {}
    }

    static Optional<Onward> of(String path, boolean signedIn) {
        var place = Place.of(path);
        var page = Place.page(path);
        if (!(place instanceof Place.Elsewhere)) {
            return page.isEmpty()
                    ? Optional.of(new Onward.ToPath(place.path(beginning(place))))
                    : Optional.empty();
        }
        var first = page.split("/", 2)[0];
        if (OF_STAFF.contains(first)) {
            return Optional.of(new Onward.ToPath(new Place.StaffDesk().path(page)));
        }
        if (page.isEmpty()) {
            return signedIn ? Optional.of(new Onward.ToOwnPlace("")) : Optional.empty();
        }
        return OF_ORGANISATIONS.contains(first)
                ? Optional.of(new Onward.ToOwnPlace(page))
                : Optional.empty();
    }

    /// Where somebody begins who names no place: where they were last, staff else at their desk,
    /// members else in their first organisation.
    static Place beginning(Visit visit, Place last) {
        if (isOpen(last, visit)) {
            return last;
        }
        if (!visit.staffRoles().isEmpty()) {
            return new Place.StaffDesk();
        }
        return visit.organisations().stream()
                .findFirst()
                .<Place>map(tenant -> new Place.Organisation(tenant.slug(), ""))
                .orElseGet(Place.Elsewhere::new);
    }

    /// For who names no project: the first.
    static Optional<Project> firstProject(Visit visit) {
        return visit.projects().stream().min(Comparator.comparing(Project::createdAt));
    }

    /// The path of a page in the place that a person begins in; `page` empty is its first.
    static String begin(Place place, String page) {
        if (place instanceof Place.Elsewhere) {
            return "found";
        }
        return place.path(page.isEmpty() ? beginning(place) : page);
    }

    private static String beginning(Place place) {
        return Objects.requireNonNull(BEGINNINGS.get(place.getClass()));
    }

    private static boolean isOpen(Place place, Visit visit) {
        return switch (place) {
            case Place.Organisation(var slug, var _) ->
                    visit.organisations().stream().map(Tenant::slug).anyMatch(slug::equals);
            case Place.StaffDesk() -> !visit.staffRoles().isEmpty();
            case Place.Elsewhere() -> false;
        };
    }
}
