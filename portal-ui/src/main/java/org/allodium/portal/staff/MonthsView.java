package org.allodium.portal.staff;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.cdi.annotation.CdiComponent;
import com.vaadin.flow.component.UI;
import com.vaadin.flow.component.html.Anchor;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.router.AfterNavigationEvent;
import com.vaadin.flow.router.AfterNavigationObserver;
import com.vaadin.flow.router.Route;
import com.vaadin.flow.server.streams.DownloadEvent;
import com.vaadin.flow.server.streams.DownloadHandler;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.YearMonth;
import org.allodium.billing.Month;
import org.allodium.billing.Months;
import org.allodium.kernel.Refused;
import org.allodium.portal.parts.Buttons;
import org.allodium.portal.parts.Card;
import org.allodium.portal.parts.EmptyState;
import org.allodium.portal.parts.Notice;
import org.allodium.portal.parts.Sheet;
import org.allodium.portal.shell.MainLayout;
import org.allodium.portal.shell.PageThreads;
import org.allodium.portal.shell.Place;
import org.allodium.portal.shell.SeenBy;
import org.allodium.portal.shell.Visit;
import org.allodium.portal.shell.Visits;
import org.allodium.portal.text.Figures;
import org.allodium.portal.text.Messages;
import org.allodium.tenancy.Permission;

/// The months of usage, ledger and receipts, and their doors: exporting one, putting it away,
/// bringing it back.
@CdiComponent
@Route(value = Place.STAFF + "months", layout = MainLayout.class)
@SeenBy(value = SeenBy.Audience.STAFF, needs = Permission.SEE_MONTHS)
public class MonthsView extends Sheet implements AfterNavigationObserver {
    @Inject Visits visits;
    @Inject Months months;
    @Inject @PageThreads ManagedExecutorService threads;

    private final Div progress = new Div();
    private final Anchor download = new Anchor();
    private Visit visit = Visit.anonymous();

    public MonthsView() {
        super(say("months.title"), say("months.lead"));
        progress.addClassName("quiet-line");
        progress.getElement().setAttribute("role", "status");
        download.getElement().setAttribute("hidden", true);
        download.getElement().setAttribute("download", true);
        download.setRouterIgnore(true);
    }

    @Override
    public void afterNavigation(AfterNavigationEvent event) {
        visit = visits.at(event.getLocation());
        load();
    }

    private void load() {
        var all = months.list();
        var content =
                all.isEmpty()
                        ? new EmptyState(say("months.none"), say("months.none.text"))
                        : new MonthsTable(
                                all,
                                visits.figures(),
                                visit.may(Permission.EXPORT_MONTHS) ? this::export : null,
                                visit.may(Permission.MOVE_MONTHS) ? this::askToMove : null);
        show(new Card(content, progress, download));
    }

    /// Refuses in words before the browser is told to fetch it.
    private void export(Month month) {
        months.export(month.month());
        var figures = visits.figures();
        download.setHref((DownloadHandler) event -> write(month.month(), figures, event));
        tell(say("months.exporting", month.month()));
        download.getElement().executeJs("this.click()");
    }

    /// In the request of the download, in whose scope it asks for the export once more.
    private void write(YearMonth month, Figures figures, DownloadEvent event) throws IOException {
        var ui = event.getUI();
        try {
            var archive = months.export(month);
            event.setFileName("allodium-" + month + ".zip");
            event.setContentType("application/zip");
            var out =
                    new ToldOutput(
                            event.getOutputStream(),
                            bytes ->
                                    ui.access(
                                            () ->
                                                    tell(
                                                            say(
                                                                    "months.exported.bytes",
                                                                    month,
                                                                    MonthsTable.bytes(
                                                                            bytes, figures)))));
            archive.writeTo(out);
            ui.access(
                    () ->
                            visit.scope()
                                    .run(
                                            () -> {
                                                load();
                                                tell(
                                                        say(
                                                                "months.exported",
                                                                month,
                                                                MonthsTable.bytes(
                                                                        out.bytes(), figures)));
                                            }));
        } catch (IOException | RuntimeException failed) {
            ui.access(() -> tell(say("months.broken", month)));
            throw failed;
        }
    }

    private void askToMove(Month month) {
        var name = MonthsTable.name(month.month(), visits.figures());
        if (month.state() == Month.State.DETACHED) {
            Buttons.choose(
                    say("months.attach.question", name),
                    say("months.attach.text"),
                    say("months.attach"),
                    () -> move(month.month(), say("months.attaching", name), months::attach));
        } else {
            Buttons.confirm(
                    say("months.detach.question", name),
                    say("months.detach.text"),
                    say("months.detach"),
                    () -> move(month.month(), say("months.detaching", name), months::detach));
        }
    }

    /// On a thread of its own: the sums of a large month take a while.
    private void move(YearMonth month, String words, MonthMove door) {
        tell(words);
        var ui = UI.getCurrent();
        var scope = visit.scope();
        threads.execute(
                () ->
                        scope.run(
                                () -> {
                                    try {
                                        var moved = door.through(month);
                                        ui.access(() -> scope.run(() -> moved(moved)));
                                    } catch (Refused no) {
                                        ui.access(() -> refused(no));
                                    } catch (IllegalStateException broken) {
                                        ui.access(() -> ended(broken));
                                    }
                                }));
    }

    private interface MonthMove {
        Month through(YearMonth month);
    }

    private void moved(Month month) {
        load();
        tell("");
        var name = MonthsTable.name(month.month(), visits.figures());
        Notice.done(
                month.state() == Month.State.DETACHED
                        ? say("months.detached", name)
                        : say("months.attached", name));
    }

    private void refused(Refused no) {
        tell("");
        Notice.failure(no.sentence().in(Messages.locale()));
    }

    private void ended(RuntimeException failure) {
        tell("");
        throw failure;
    }

    private void tell(String words) {
        progress.setText(words);
    }
}
