package org.allodium.portal.playground;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.cdi.annotation.CdiComponent;
import com.vaadin.flow.component.AttachEvent;
import com.vaadin.flow.component.DetachEvent;
import com.vaadin.flow.component.Key;
import com.vaadin.flow.component.KeyModifier;
import com.vaadin.flow.component.Shortcuts;
import com.vaadin.flow.component.UI;
import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.button.ButtonVariant;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.router.AfterNavigationEvent;
import com.vaadin.flow.router.AfterNavigationObserver;
import com.vaadin.flow.router.Route;
import com.vaadin.flow.router.RouteAlias;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import org.allodium.billing.Budgets;
import org.allodium.catalog.Model;
import org.allodium.kernel.Refused;
import org.allodium.portal.models.UsableModels;
import org.allodium.portal.parts.Buttons;
import org.allodium.portal.parts.Card;
import org.allodium.portal.parts.EmptyState;
import org.allodium.portal.parts.Sheet;
import org.allodium.portal.shell.MainLayout;
import org.allodium.portal.shell.PageThreads;
import org.allodium.portal.shell.Place;
import org.allodium.portal.shell.SeenBy;
import org.allodium.portal.shell.Visit;
import org.allodium.portal.shell.Visits;
import org.allodium.serving.ChatCommand;
import org.allodium.serving.Completions;
import org.allodium.serving.ModelListing;
import org.allodium.tenancy.Permission;

/// Asks one question, streams the answer, and says beside it where it ran and who paid.
@CdiComponent
@Route(value = Place.ORGANISATION + "playground", layout = MainLayout.class)
@RouteAlias(value = Place.PROJECT + "playground", layout = MainLayout.class)
@SeenBy(value = SeenBy.Audience.ORGANISATION, needs = Permission.CALL_MODELS, inProject = true)
public class PlaygroundView extends Sheet implements AfterNavigationObserver {
    private static final Duration SETTLING = Duration.ofSeconds(5);

    @Inject Visits visits;
    @Inject UsableModels usable;
    @Inject ModelListing listing;
    @Inject Completions completions;
    @Inject Budgets budgets;
    @Inject @PageThreads ManagedExecutorService threads;

    private final Question question = new Question();
    private final Button send = new Button(say("playground.send"), click -> send());
    private final Button stop = new Button(say("playground.stop"), click -> halt());
    private final Div answer = new Div();
    private final Div refusal = new Div();
    private final AnswerFacts facts = new AnswerFacts();
    private Visit visit = Visit.anonymous();
    private ArrivingAnswer current = new ArrivingAnswer(() -> {});

    public PlaygroundView() {
        super(say("playground.title"), say("playground.lead"));
        send.addThemeVariants(ButtonVariant.PRIMARY);
        stop.setEnabled(false);
        answer.addClassName("answer");
        answer.getElement().setAttribute("role", "region");
        answer.getElement().setAttribute("aria-live", "polite");
        answer.getElement().setAttribute("aria-label", say("playground.answer"));
        refusal.setVisible(false);
    }

    @Override
    protected void onAttach(AttachEvent event) {
        // The text being written counts too, although its field has not been left.
        Shortcuts.addShortcutListener(this, this::send, Key.ENTER, KeyModifier.CONTROL)
                .resetFocusOnActiveElement();
    }

    @Override
    protected void onDetach(DetachEvent event) {
        current.stop();
    }

    @Override
    public void afterNavigation(AfterNavigationEvent event) {
        visit = visits.at(event.getLocation());
        facts.of(visit);
        var models =
                listing.all().stream()
                        .filter(entry -> entry.model().modality() == Model.Modality.TEXT)
                        .toList();
        if (visit.project().isEmpty()) {
            show(
                    new Card(
                            EmptyState.noProject(
                                    visit.may(Permission.MANAGE_PROJECTS),
                                    visit.path("projects"))));
            return;
        }
        if (models.isEmpty()) {
            show(
                    new Card(
                            new EmptyState(
                                    say("models.none-usable"),
                                    say("models.none-usable.text"),
                                    Buttons.plainLink(visit.path("policy"), say("nav.policy")))));
            return;
        }
        question.offer(
                models,
                event.getLocation().getQueryParameters().getSingleParameter("model").orElse(""));
        var buttons = new Div(send, stop);
        buttons.addClassName("actions");
        var left =
                new Div(
                        new Card(question, buttons),
                        new Card(say("playground.answer"), refusal, answer));
        left.addClassName("stack");
        show(Card.row("c2", left, new Card(say("playground.beside"), facts)));
    }

    private void send() {
        var caller = usable.caller(visit);
        if (!send.isEnabled() || caller.isEmpty()) {
            return;
        }
        question.command(caller.get()).ifPresent(command -> ask(command));
    }

    private void ask(ChatCommand command) {
        answer.setText("");
        refusal.setVisible(false);
        answer.setVisible(true);
        facts.waiting(command.model());
        busy(true);
        var ui = UI.getCurrent();
        var arriving = new ArrivingAnswer[1];
        arriving[0] = new ArrivingAnswer(() -> ui.access(() -> progress(arriving[0])));
        current = arriving[0];
        var scope = visit.scope();
        threads.execute(() -> scope.run(() -> run(ui, command, arriving[0])));
    }

    // Runs without a request: whatever happens is brought back to the page, or lost with it.
    private void run(UI ui, ChatCommand command, ArrivingAnswer arriving) {
        try {
            completions.chat(command, arriving);
            ui.access(() -> finished(arriving));
        } catch (CancellationException stopped) {
            stopped(ui, command, arriving);
        } catch (Refused | IllegalStateException failure) {
            if (arriving.stopped()) {
                stopped(ui, command, arriving);
            } else if (failure instanceof Refused no && nothingWasSent(no, arriving)) {
                ui.access(() -> refused(no));
            } else {
                ui.access(() -> failed(failure));
            }
        }
    }

    /// An answer that was cut is another matter, and so is what broke.
    private static boolean nothingWasSent(Refused no, ArrivingAnswer arriving) {
        return switch (no.code().kind()) {
            case CALLER, FORBIDDEN, CAPACITY -> arriving.start().isEmpty();
            case UPSTREAM, OURS -> false;
        };
    }

    // What was released is charged: the page waits for it on this thread, not on its own.
    private void stopped(UI ui, ChatCommand command, ArrivingAnswer arriving) {
        ui.access(() -> finished(arriving));
        arriving.start()
                .flatMap(
                        start ->
                                budgets.awaitSettled(
                                        command.caller().tenant(), start.requestId(), SETTLING))
                .ifPresent(settled -> ui.access(() -> facts.settled(settled, visits.figures())));
    }

    private void progress(ArrivingAnswer arriving) {
        var text = arriving.drain();
        if (!text.isEmpty()) {
            answer.add(text);
        }
        arriving.start().ifPresent(start -> facts.started(start));
    }

    private void finished(ArrivingAnswer arriving) {
        progress(arriving);
        busy(false);
        facts.ended(arriving, visits.figures());
        arriving.end()
                .ifPresent(
                        end -> {
                            var ui = UI.getCurrent();
                            end.settled()
                                    .thenAccept(
                                            settled ->
                                                    ui.access(
                                                            () ->
                                                                    facts.settled(
                                                                            settled,
                                                                            visits.figures())));
                        });
    }

    private void refused(Refused no) {
        busy(false);
        facts.clear();
        refusal.removeAll();
        refusal.add(new RefusalPanel(no, visit));
        refusal.setVisible(true);
        answer.setVisible(false);
    }

    private void failed(RuntimeException failure) {
        busy(false);
        facts.clear();
        throw failure;
    }

    private void halt() {
        current.stop();
        stop.setEnabled(false);
    }

    private void busy(boolean running) {
        send.setEnabled(!running);
        stop.setEnabled(running);
        answer.setClassName("waiting", running);
    }
}
