package org.allodium.portal.staff;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.flow.component.datepicker.DatePicker;
import com.vaadin.flow.component.textfield.BigDecimalField;
import com.vaadin.flow.component.textfield.TextArea;
import java.text.DateFormatSymbols;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.allodium.billing.Application;
import org.allodium.kernel.Money;
import org.allodium.portal.parts.Form;
import org.allodium.portal.parts.FormDialog;
import org.allodium.portal.text.Figures;

/// The two verdicts: an amount with an end date, or a reason.
final class VerdictDialogs {
    private static final int DEFAULT_MONTHS = 6;

    private final Application application;
    private final Figures figures;

    VerdictDialogs(Application application, Figures figures) {
        this.application = application;
        this.figures = figures;
    }

    /// `today` is the day where the platform counts days, whose end the last day's is.
    void approve(LocalDate today, BiConsumer<Money, LocalDate> work) {
        var amount = new BigDecimalField(say("verdict.amount"));
        amount.setLocale(figures.locale());
        amount.setValue(application.requested().amount().stripTrailingZeros());
        amount.setHelperText(say("verdict.amount.help", figures.money(application.requested())));
        amount.setRequiredIndicatorVisible(true);
        var ends = new DatePicker(say("verdict.ends"));
        ends.setLocale(figures.regional());
        ends.setI18n(calendar(figures.locale()));
        ends.setMin(today);
        ends.setValue(today.plusMonths(DEFAULT_MONTHS));
        ends.setHelperText(say("verdict.ends.help"));
        ends.setRequiredIndicatorVisible(true);
        new FormDialog(
                        say("verdict.approve.title", application.organisation()),
                        new Form().field("amount", amount).field("lastDay", ends),
                        say("verdict.approve"),
                        () ->
                                work.accept(
                                        new Money(
                                                amount.getValue(),
                                                application.requested().currency()),
                                        ends.getValue()))
                .open();
        amount.focus();
    }

    void decline(Consumer<String> work) {
        var reason = new TextArea(say("verdict.reason"));
        reason.setHelperText(say("verdict.reason.help"));
        reason.setRequiredIndicatorVisible(true);
        reason.setMaxLength(1000);
        new FormDialog(
                        say("verdict.decline.title", application.organisation()),
                        new Form().wide("reason", reason).draft("decline." + application.id()),
                        say("verdict.decline"),
                        () -> work.accept(reason.getValue().strip()))
                .open();
        reason.focus();
    }

    /// The calendar's words in the reader's language; weeks begin on Monday.
    private static DatePicker.DatePickerI18n calendar(Locale locale) {
        var words = new DateFormatSymbols(locale);
        return new DatePicker.DatePickerI18n()
                .setMonthNames(List.of(words.getMonths()).subList(0, 12))
                .setWeekdays(List.of(words.getWeekdays()).subList(1, 8))
                .setWeekdaysShort(List.of(words.getShortWeekdays()).subList(1, 8))
                .setFirstDayOfWeek(1)
                .setMinErrorMessage(say("verdict.ends.past"))
                .setToday(say("calendar.today"))
                .setCancel(say("action.cancel"));
    }
}
