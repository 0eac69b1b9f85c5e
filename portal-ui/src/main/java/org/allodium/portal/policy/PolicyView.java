package org.allodium.portal.policy;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.cdi.annotation.CdiComponent;
import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.router.AfterNavigationEvent;
import com.vaadin.flow.router.AfterNavigationObserver;
import com.vaadin.flow.router.Route;
import com.vaadin.flow.router.RouteAlias;
import jakarta.inject.Inject;
import java.util.Optional;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.portal.models.ModelTable;
import org.allodium.portal.models.PolicyEffect;
import org.allodium.portal.models.ReachWords;
import org.allodium.portal.parts.Buttons;
import org.allodium.portal.parts.Card;
import org.allodium.portal.parts.Chip;
import org.allodium.portal.parts.EmptyState;
import org.allodium.portal.parts.Notice;
import org.allodium.portal.parts.PlaceTag;
import org.allodium.portal.parts.PropertyList;
import org.allodium.portal.parts.Sheet;
import org.allodium.portal.parts.Table;
import org.allodium.portal.shell.MainLayout;
import org.allodium.portal.shell.Place;
import org.allodium.portal.shell.SeenBy;
import org.allodium.portal.shell.Visit;
import org.allodium.portal.shell.Visits;
import org.allodium.portal.text.Names;
import org.allodium.serving.ModelListing;
import org.allodium.sovereignty.PolicyChoice;
import org.allodium.sovereignty.PoolPlace;
import org.allodium.sovereignty.Residency;
import org.allodium.tenancy.Permission;
import org.allodium.tenancy.TenantId;

/// Where requests may run, in words; which policies may be chosen; what the policy does to each
/// model.
@CdiComponent
@Route(value = Place.ORGANISATION + "policy", layout = MainLayout.class)
@RouteAlias(value = Place.PROJECT + "policy", layout = MainLayout.class)
@SeenBy(SeenBy.Audience.ORGANISATION)
public class PolicyView extends Sheet implements AfterNavigationObserver {
    @Inject Visits visits;
    @Inject Residency residency;
    @Inject ModelListing listing;
    @Inject PolicyEffect effect;

    private Visit visit = Visit.anonymous();
    private Optional<String> seen = Optional.empty();

    public PolicyView() {
        super(say("policy.title"), say("policy.lead"));
    }

    @Override
    public void afterNavigation(AfterNavigationEvent event) {
        visit = visits.at(event.getLocation());
        load();
    }

    private void load() {
        var tenant = visit.requireTenant().id();
        var words = new Paragraph(ReachWords.of(residency.reach(tenant)));
        words.addClassName("hint");
        seen = residency.organisationPolicy(tenant);
        var effective = new Card(say("policy.effective"), words);
        if (seen.isEmpty()) {
            effective.add(new Paragraph(say("policy.nobody-chose")));
        }
        show(
                effective,
                new Card(say("policy.choices"), choices(visit)),
                new Card(say("policy.effect"), models(tenant)),
                new Card(say("policy.places"), places()));
    }

    private Component choices(Visit visit) {
        // What nobody chose can be chosen, also where it is what applies anyway.
        var inForce = seen.orElse("");
        var choices = residency.policyChoices();
        if (choices.isEmpty()) {
            return new EmptyState(say("policy.none"), say("policy.none.text"));
        }
        var list = new Div();
        list.addClassName("stack");
        for (var choice : choices) {
            list.add(choice(choice, choice.name().equals(inForce), visit));
        }
        if (!visit.may(Permission.CHOOSE_POLICY)) {
            var hint = new Paragraph(say("policy.who"));
            hint.addClassName("d");
            list.add(hint);
        }
        return list;
    }

    private Component choice(PolicyChoice choice, boolean on, Visit visit) {
        var title = new Span(Names.policy(choice.name()));
        title.addClassName("model-name");
        var meaning = new Span(Names.policyMeaning(choice));
        meaning.addClassName("d");
        var price = new Span(ExclusionWords.of(residency.excludedBy(choice.name())));
        price.addClassName("d");
        var block = new Div(title, meaning, price);
        block.addClassName("choice");
        block.setClassName("on", on);
        if (on) {
            block.add(new Div(new Chip(say("policy.in-force"), Chip.Tone.GOOD)));
        } else if (visit.may(Permission.CHOOSE_POLICY)) {
            block.add(new Div(Buttons.plain(say("policy.choose"), () -> ask(choice))));
        }
        return block;
    }

    private void ask(PolicyChoice choice) {
        Buttons.choose(
                say("policy.question", Names.policy(choice.name())),
                say("policy.consequence"),
                say("policy.choose"),
                () -> {
                    choose(choice.name());
                    Notice.done(say("policy.chosen", Names.policy(choice.name())));
                    load();
                });
    }

    private void choose(String policy) {
        try {
            residency.chooseOrganisationPolicy(visit.requireTenant().id(), policy, seen);
        } catch (Refused refused) {
            if (refused.code() == ErrorCode.EDITED_MEANWHILE) {
                load();
            }
            throw refused;
        }
    }

    private Component models(TenantId tenant) {
        var all = listing.all();
        if (all.isEmpty()) {
            return new EmptyState(say("models.none"), say("models.none.text"));
        }
        return new Table<ModelListing.Entry>(say("policy.effect"))
                .column(say("models.model"), entry -> ModelTable.name(entry.model().name()))
                .column(say("models.place"), ModelTable::places)
                .column(
                        say("policy.verdict"),
                        entry ->
                                effect.permits(tenant, entry)
                                        ? new Chip(say("policy.available"), Chip.Tone.GOOD)
                                        : new Chip(say("policy.barred"), Chip.Tone.QUIET))
                .text(
                        say("models.why"),
                        entry ->
                                effect.permits(tenant, entry)
                                        ? ""
                                        : effect.reason(tenant, null, entry))
                .rows(all);
    }

    private Component places() {
        var places = residency.places();
        if (places.isEmpty()) {
            return new EmptyState(say("policy.places.none"), say("policy.places.none.text"));
        }
        var facts = new PropertyList();
        for (PoolPlace place : places) {
            facts.property(place.facility(), new PlaceTag(place.country(), Names.operation(place)));
        }
        return facts;
    }
}
