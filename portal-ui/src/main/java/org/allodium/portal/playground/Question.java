package org.allodium.portal.playground;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.NativeDetails;
import com.vaadin.flow.component.select.Select;
import com.vaadin.flow.component.textfield.IntegerField;
import com.vaadin.flow.component.textfield.NumberField;
import com.vaadin.flow.component.textfield.TextArea;
import com.vaadin.flow.component.textfield.TextField;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.allodium.identity.Caller;
import org.allodium.portal.models.UsableModels;
import org.allodium.portal.parts.Form;
import org.allodium.portal.text.Names;
import org.allodium.serving.ChatCommand;
import org.allodium.serving.ChatTools;
import org.allodium.serving.ModelListing;
import org.allodium.serving.SamplingOptions;
import org.allodium.serving.SamplingWish;
import org.jspecify.annotations.Nullable;

/// The fields of a question to a model.
final class Question extends Div {
    private static final int MOST_BY_DEFAULT = 1024;
    private static final int MOST_TOKENS = 4096;

    private final Select<ModelListing.Entry> model = new Select<>();
    private final TextArea message = new TextArea(say("playground.message"));
    private final TextField system = new TextField(say("playground.system"));
    private final NumberField temperature = new NumberField(say("playground.temperature"));
    private final IntegerField maxTokens = new IntegerField(say("playground.max-tokens"));
    private final IntegerField seed = new IntegerField(say("playground.seed"));
    private final Form form = new Form();
    private final Form settings = new Form();
    private final NativeDetails details = new NativeDetails(say("playground.settings"), settings);

    Question() {
        addClassName("stack");
        model.setLabel(say("models.model"));
        model.setItemLabelGenerator(
                entry -> entry.model().name() + " · " + Names.of(entry.state()));
        message.setRequiredIndicatorVisible(true);
        message.setMinRows(4);
        message.setMaxRows(12);
        message.setPlaceholder(say("playground.placeholder"));
        message.setHelperText(say("playground.send.help"));
        temperature.setMin(0);
        temperature.setMax(2);
        temperature.setStep(0.1);
        temperature.setHelperText(say("playground.temperature.help"));
        temperature.setErrorMessage(say("playground.temperature.wrong"));
        maxTokens.setMin(1);
        maxTokens.setMax(MOST_TOKENS);
        maxTokens.setErrorMessage(say("playground.max-tokens.wrong", MOST_TOKENS));
        maxTokens.setStepButtonsVisible(true);
        model.addValueChangeListener(change -> suggestLength(change.getOldValue()));
        seed.setHelperText(say("playground.seed.help"));
        form.wide("messages", message).draft("question");
        settings.wide("system", system)
                .field("temperature", temperature)
                .field("max_tokens", maxTokens)
                .field("seed", seed);
        details.setOpen(false);
        add(model, form, details);
    }

    void offer(List<ModelListing.Entry> entries, String wanted) {
        model.setItems(entries);
        entries.stream()
                .filter(entry -> entry.model().name().equals(wanted))
                .findFirst()
                .or(() -> UsableModels.first(entries))
                .ifPresent(model::setValue);
    }

    /// What somebody has typed stays.
    private void suggestLength(ModelListing.@Nullable Entry before) {
        boolean untouched =
                maxTokens.isEmpty()
                        || (before != null && maxTokens.getValue() == suggestedLength(before));
        chosen().filter(entry -> untouched)
                .ifPresent(entry -> maxTokens.setValue(suggestedLength(entry)));
    }

    /// Whole answers, and a quarter of the context for the question.
    static int suggestedLength(ModelListing.Entry entry) {
        return Math.min(MOST_BY_DEFAULT, entry.model().contextLength() * 3 / 4);
    }

    Optional<ModelListing.Entry> chosen() {
        return model.getOptionalValue();
    }

    /// Empty while a field is missing or wrong; it is marked then.
    Optional<ChatCommand> command(Caller caller) {
        if (!settings.submit(() -> {})) {
            details.setOpen(true);
            return Optional.empty();
        }
        if (!form.submit(() -> {}) || model.isEmpty()) {
            return Optional.empty();
        }
        var messages = new ArrayList<ChatCommand.Message>();
        if (!system.isEmpty()) {
            messages.add(new ChatCommand.Message("system", system.getValue()));
        }
        messages.add(new ChatCommand.Message("user", message.getValue()));
        return Optional.of(
                new ChatCommand(
                        caller,
                        model.getValue().model().name(),
                        messages,
                        ChatTools.NONE,
                        SamplingOptions.of(
                                Optional.ofNullable(maxTokens.getValue()),
                                SamplingWish.of(
                                        Optional.ofNullable(temperature.getValue()),
                                        Optional.ofNullable(seed.getValue())
                                                .map(Integer::longValue))),
                        Optional.empty(),
                        Optional.empty()));
    }
}
