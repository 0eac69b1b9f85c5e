package org.allodium.portal.staff;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.cdi.annotation.CdiComponent;
import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.textfield.TextArea;
import com.vaadin.flow.router.AfterNavigationEvent;
import com.vaadin.flow.router.AfterNavigationObserver;
import com.vaadin.flow.router.BeforeEnterEvent;
import com.vaadin.flow.router.BeforeEnterObserver;
import com.vaadin.flow.router.NotFoundException;
import com.vaadin.flow.router.Route;
import jakarta.inject.Inject;
import java.util.List;
import java.util.function.Consumer;
import org.allodium.portal.parts.Buttons;
import org.allodium.portal.parts.Card;
import org.allodium.portal.parts.Chip;
import org.allodium.portal.parts.EmptyState;
import org.allodium.portal.parts.Form;
import org.allodium.portal.parts.FormDialog;
import org.allodium.portal.parts.Notice;
import org.allodium.portal.parts.PlaceTag;
import org.allodium.portal.parts.PropertyList;
import org.allodium.portal.parts.Sheet;
import org.allodium.portal.parts.Table;
import org.allodium.portal.parts.When;
import org.allodium.portal.shell.MainLayout;
import org.allodium.portal.shell.Place;
import org.allodium.portal.shell.SeenBy;
import org.allodium.portal.shell.Visit;
import org.allodium.portal.shell.Visits;
import org.allodium.portal.text.Figures;
import org.allodium.portal.text.Names;
import org.allodium.tenancy.Permission;
import org.allodium.tenancy.Tenant;
import org.allodium.tenancy.Tenants;
import org.allodium.tenancy.Verification;
import org.allodium.tenancy.Verifications;

/// One organisation: what it says of itself, and what was found about it so far.
@CdiComponent
@Route(value = Place.STAFF + "verifications/:slug", layout = MainLayout.class)
@SeenBy(value = SeenBy.Audience.STAFF, needs = Permission.VERIFY_ORGANISATIONS)
public class VerificationView extends Sheet
        implements BeforeEnterObserver, AfterNavigationObserver {
    @Inject Visits visits;
    @Inject Tenants tenants;
    @Inject Verifications verifications;

    private String slug = "";
    private Visit visit = Visit.anonymous();

    public VerificationView() {
        super(say("verify.title"));
    }

    @Override
    public void beforeEnter(BeforeEnterEvent event) {
        slug = event.getRouteParameters().get("slug").orElse("");
    }

    @Override
    public void afterNavigation(AfterNavigationEvent event) {
        visit = visits.at(event.getLocation());
        load();
    }

    private void load() {
        var tenant = tenants.findBySlug(slug).orElseThrow(NotFoundException::new);
        var history = verifications.history(tenant.id());
        boolean verified = !history.isEmpty() && history.getFirst().verified();
        title(tenant.name());
        actions(
                verified
                        ? Buttons.plain(say("verify.revoke"), () -> revoke(tenant))
                        : Buttons.primary(say("verify.verify"), () -> verify(tenant)));
        show(
                new Card(say("verify.said"), said(tenant, verified)),
                new Card(say("verify.history"), acts(history, visits.figures())));
    }

    private static Component said(Tenant tenant, boolean verified) {
        return new PropertyList()
                .property(say("found.kind"), Names.of(tenant.kind()))
                .property(
                        say("found.country"),
                        new PlaceTag(tenant.country(), Names.country(tenant.country())))
                .property(say("found.identifier"), tenant.identifier())
                .property(say("models.state"), chip(verified));
    }

    private static Chip chip(boolean verified) {
        return verified
                ? new Chip(say("verify.state.verified"), Chip.Tone.GOOD)
                : new Chip(say("verify.state.unverified"), Chip.Tone.WARN);
    }

    private static Component acts(List<Verification> history, Figures figures) {
        if (history.isEmpty()) {
            return new EmptyState(say("verify.history.none"), say("verify.history.none.text"));
        }
        return new Table<Verification>(say("verify.history"))
                .column(say("verify.when"), act -> new When(act.at(), figures))
                .column(say("models.state"), act -> chip(act.verified()))
                .text(say("found.identifier"), Verification::identifier)
                .optional()
                .text(say("verify.basis"), Verification::basis)
                .text(say("verify.who"), Verification::actorName)
                .rows(history);
    }

    private void verify(Tenant tenant) {
        ask(
                say("verify.of", tenant.name()),
                say("verify.basis.help"),
                say("verify.verify"),
                basis -> {
                    verifications.verify(tenant.id(), basis, visit.requirePerson());
                    Notice.done(say("verify.verified", tenant.name()));
                });
    }

    private void revoke(Tenant tenant) {
        ask(
                say("verify.revoke.of", tenant.name()),
                say("verify.revoke.help"),
                say("verify.revoke"),
                reason -> {
                    verifications.revoke(tenant.id(), reason, visit.requirePerson());
                    Notice.done(say("verify.revoked", tenant.name()));
                });
    }

    private void ask(String title, String help, String verb, Consumer<String> act) {
        var basis = new TextArea(say("verify.basis"));
        basis.setHelperText(help);
        basis.setRequiredIndicatorVisible(true);
        basis.setMaxLength(1000);
        new FormDialog(
                        title,
                        new Form().wide("basis", basis),
                        verb,
                        () -> {
                            act.accept(basis.getValue());
                            load();
                        })
                .open();
        basis.focus();
    }
}
