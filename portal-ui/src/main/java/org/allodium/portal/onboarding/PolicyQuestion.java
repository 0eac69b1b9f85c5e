package org.allodium.portal.onboarding;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.radiobutton.RadioButtonGroup;
import com.vaadin.flow.data.renderer.ComponentRenderer;
import java.util.Optional;
import org.allodium.portal.policy.ExclusionWords;
import org.allodium.portal.text.Names;
import org.allodium.sovereignty.PolicyChoice;
import org.allodium.sovereignty.Residency;

/// Asks a founder where requests may run, strictest first, and says with each answer what it
/// excludes. Nothing is marked beforehand: what is in force should be somebody's choice.
final class PolicyQuestion extends RadioButtonGroup<PolicyChoice> {
    PolicyQuestion() {
        super(say("found.policy"));
        addClassName("question");
        setRequiredIndicatorVisible(true);
        setHelperText(say("found.policy.help"));
    }

    /// Whether the platform offers anything to ask about.
    boolean ask(Residency residency) {
        var choices = residency.policyChoices().reversed();
        setVisible(!choices.isEmpty());
        setRequiredIndicatorVisible(!choices.isEmpty());
        setItems(choices);
        setItemLabelGenerator(choice -> Names.policy(choice.name()));
        setRenderer(
                new ComponentRenderer<>(
                        choice -> {
                            var title = new Span(Names.policy(choice.name()));
                            title.addClassName("model-name");
                            var meaning = new Span(Names.policyMeaning(choice));
                            meaning.addClassName("d");
                            var price =
                                    new Span(
                                            ExclusionWords.of(residency.excludedBy(choice.name())));
                            price.addClassName("d");
                            var block = new Div(title, meaning, price);
                            block.addClassName("stack");
                            return block;
                        }));
        return !choices.isEmpty();
    }

    Optional<String> answer() {
        return getOptionalValue().map(PolicyChoice::name);
    }
}
