package org.allodium.portal.onboarding;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.cdi.annotation.CdiComponent;
import com.vaadin.flow.component.UI;
import com.vaadin.flow.component.combobox.ComboBox;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.select.Select;
import com.vaadin.flow.component.textfield.TextField;
import com.vaadin.flow.router.AfterNavigationEvent;
import com.vaadin.flow.router.AfterNavigationObserver;
import com.vaadin.flow.router.Route;
import jakarta.inject.Inject;
import org.allodium.identity.Onboarding;
import org.allodium.portal.parts.Buttons;
import org.allodium.portal.parts.Card;
import org.allodium.portal.parts.Form;
import org.allodium.portal.parts.Sheet;
import org.allodium.portal.shell.MainLayout;
import org.allodium.portal.shell.Place;
import org.allodium.portal.shell.SeenBy;
import org.allodium.portal.shell.Visit;
import org.allodium.portal.shell.Visits;
import org.allodium.portal.text.Names;
import org.allodium.sovereignty.Residency;
import org.allodium.tenancy.FoundOrganisation;
import org.allodium.tenancy.OrganisationKind;

/// Founds an organisation for somebody who has none, or one more.
@CdiComponent
@Route(value = "found", layout = MainLayout.class)
@SeenBy(SeenBy.Audience.SIGNED_IN)
public class OnboardingView extends Sheet implements AfterNavigationObserver {
    @Inject Visits visits;
    @Inject Onboarding onboarding;
    @Inject Residency residency;

    private Visit visit = Visit.anonymous();
    private final TextField name = new TextField(say("found.name"));
    private final Select<OrganisationKind> kind = new Select<>();
    private final ComboBox<String> country = new ComboBox<>(say("found.country"));
    private final TextField identifier = new TextField(say("found.identifier"));
    private final PolicyQuestion policy = new PolicyQuestion();
    private final Form form = new Form();

    public OnboardingView() {
        super(say("found.title"), say("found.lead"));
        name.setRequiredIndicatorVisible(true);
        name.setMaxLength(120);
        kind.setLabel(say("found.kind"));
        kind.setItems(OrganisationKind.values());
        kind.setItemLabelGenerator(Names::of);
        kind.setRequiredIndicatorVisible(true);
        country.setItems(Names.countries());
        country.setItemLabelGenerator(Names::country);
        country.setRequiredIndicatorVisible(true);
        identifier.setHelperText(say("found.identifier.help"));
        identifier.setRequiredIndicatorVisible(true);
        form.wide("name", name)
                .field("kind", kind)
                .field("country", country)
                .wide("identifier", identifier)
                .wide("policy", policy)
                .draft("found");
    }

    @Override
    public void afterNavigation(AfterNavigationEvent event) {
        visit = visits.at(event.getLocation());
        title(
                visit.organisations().isEmpty()
                        ? say("found.welcome", visit.requirePerson().name())
                        : say("found.title"));
        var fields = new Card(form);
        if (!policy.ask(residency)) {
            fields.add(new Paragraph(say("found.policy.none")));
        }
        var submit = new Div(Buttons.primary(say("found.submit"), this::found));
        submit.addClassName("actions");
        fields.add(submit);
        var invited = new Card(say("found.invited"), new Paragraph(say("found.invited.text")));
        show(Card.row("c2", fields, invited));
    }

    private void found() {
        var person = visit.requirePerson();
        form.submit(
                () -> {
                    var tenant =
                            onboarding.found(
                                    new FoundOrganisation(
                                            name.getValue().strip(),
                                            kind.getValue(),
                                            country.getValue(),
                                            identifier.getValue().strip(),
                                            person),
                                    policy.answer());
                    var there = new Place.Organisation(tenant.slug(), "");
                    UI.getCurrent().getPage().setLocation("/" + there.path("programmes") + "?new");
                });
    }
}
