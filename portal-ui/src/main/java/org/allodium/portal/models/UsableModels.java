package org.allodium.portal.models;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import org.allodium.catalog.Model;
import org.allodium.identity.Caller;
import org.allodium.identity.Callers;
import org.allodium.portal.shell.Visit;
import org.allodium.serving.ModelListing;
import org.allodium.tenancy.Permission;

/// The models that the person before the page may use, in the organisation and project chosen.
@ApplicationScoped
public class UsableModels {
    @Inject Callers callers;
    @Inject ModelListing listing;
    @Inject PolicyEffect effect;

    /// Empty for whoever may not call models, and as long as there is no project.
    public Optional<Caller> caller(Visit visit) {
        return visit.may(Permission.CALL_MODELS)
                ? visit.project()
                        .map(
                                project ->
                                        callers.ofPerson(
                                                visit.requirePerson().subject(),
                                                visit.requireTenant().id(),
                                                project.id()))
                : Optional.empty();
    }

    /// Without a project, what the policy would permit to one.
    public List<ModelListing.Entry> of(Visit visit) {
        return visit.may(Permission.CALL_MODELS) && visit.project().isEmpty()
                ? ofOrganisation(visit)
                : caller(visit).map(listing::visibleTo).orElseGet(List::of);
    }

    /// What the policy permits, whether or not the person before the page calls models.
    public List<ModelListing.Entry> ofOrganisation(Visit visit) {
        var tenant = visit.requireTenant().id();
        return listing.all().stream().filter(entry -> effect.permits(tenant, entry)).toList();
    }

    /// The one to begin with: a model that answers in text, ready if there is one.
    public static Optional<ModelListing.Entry> first(List<ModelListing.Entry> entries) {
        var texts =
                entries.stream()
                        .filter(entry -> entry.model().modality() == Model.Modality.TEXT)
                        .toList();
        return texts.stream()
                .filter(entry -> entry.state() == Model.State.READY)
                .findFirst()
                .or(() -> texts.stream().findFirst());
    }
}
