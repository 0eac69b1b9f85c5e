package org.allodium.portal.team;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.cdi.annotation.CdiComponent;
import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.select.Select;
import com.vaadin.flow.router.AfterNavigationEvent;
import com.vaadin.flow.router.AfterNavigationObserver;
import com.vaadin.flow.router.Route;
import com.vaadin.flow.router.RouteAlias;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import org.allodium.identity.Invitation;
import org.allodium.identity.Onboarding;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.portal.parts.Buttons;
import org.allodium.portal.parts.Card;
import org.allodium.portal.parts.Notice;
import org.allodium.portal.parts.Seen;
import org.allodium.portal.parts.Sheet;
import org.allodium.portal.parts.Table;
import org.allodium.portal.parts.When;
import org.allodium.portal.shell.MainLayout;
import org.allodium.portal.shell.Place;
import org.allodium.portal.shell.SeenBy;
import org.allodium.portal.shell.Visit;
import org.allodium.portal.shell.Visits;
import org.allodium.portal.text.Names;
import org.allodium.tenancy.Member;
import org.allodium.tenancy.Permission;
import org.allodium.tenancy.Role;
import org.allodium.tenancy.Tenants;

/// Members with their roles, and open invitations.
@CdiComponent
@Route(value = Place.ORGANISATION + "team", layout = MainLayout.class)
@RouteAlias(value = Place.PROJECT + "team", layout = MainLayout.class)
@SeenBy(value = SeenBy.Audience.ORGANISATION, needs = Permission.SEE_MEMBERS)
public class TeamView extends Sheet implements AfterNavigationObserver {
    private static final List<Role> ROLES =
            List.of(Role.OWNER, Role.ADMIN, Role.MEMBER, Role.BILLING_VIEWER);

    @Inject Visits visits;
    @Inject Tenants tenants;
    @Inject Onboarding onboarding;

    private Visit visit = Visit.anonymous();

    public TeamView() {
        super(say("team.title"), say("team.lead"));
    }

    @Override
    public void afterNavigation(AfterNavigationEvent event) {
        visit = visits.at(event.getLocation());
        load();
    }

    private void load() {
        var tenant = visit.requireTenant().id();
        var blocks = new ArrayList<Component>();
        blocks.add(new Card(say("team.members"), members(tenants.members(tenant), visit)));
        if (visit.may(Permission.INVITE_MEMBERS)) {
            actions(Buttons.primary(say("team.invite"), this::invite));
            var open =
                    onboarding.invitations(tenant).stream()
                            .filter(invitation -> !invitation.accepted())
                            .toList();
            if (!open.isEmpty()) {
                blocks.add(new Card(say("team.invitations"), invitations(open)));
            }
        }
        show(blocks.toArray(Component[]::new));
    }

    private Component members(List<Member> members, Visit visit) {
        var figures = visits.figures();
        return new Table<Member>(say("team.members"))
                .column(say("team.person"), TeamView::person)
                .column(say("team.role"), member -> role(member, visit))
                .column(say("team.since"), member -> new When(member.since(), figures))
                .optional()
                .column("", member -> mayEnd(member.role(), visit) ? remove(member) : new Span())
                .rows(members);
    }

    static boolean mayEnd(Role role, Visit visit) {
        return visit.may(Permission.INVITE_MEMBERS) && mayTouch(role, visit);
    }

    /// An admin manages everybody but owners, and makes nobody an owner.
    private static boolean mayTouch(Role role, Visit visit) {
        return role != Role.OWNER || visit.may(Permission.MAKE_OWNERS);
    }

    static List<Role> rolesGivenBy(Visit visit) {
        return ROLES.stream().filter(role -> mayTouch(role, visit)).toList();
    }

    private static Component person(Member member) {
        var name = new Span(member.person().name());
        name.addClassName("model-name");
        var mail = new Span(member.person().email());
        mail.addClassName("quiet-line");
        return new Div(name, mail);
    }

    private Component role(Member member, Visit visit) {
        if (!visit.may(Permission.CHANGE_MEMBERS) || !mayTouch(member.role(), visit)) {
            return new Span(Names.of(member.role()));
        }
        var seen = new Seen<>(member.role());
        var select = new Select<Role>();
        select.setItems(rolesGivenBy(visit));
        select.setItemLabelGenerator(Names::of);
        select.setValue(member.role());
        select.setAriaLabel(say("team.role-of", member.person().name()));
        select.addValueChangeListener(
                change -> {
                    if (change.isFromClient()) {
                        change(member, change.getValue(), seen, select);
                    }
                });
        return select;
    }

    private void change(Member member, Role role, Seen<Role> seen, Select<Role> select) {
        try {
            tenants.changeRole(member.tenant(), member.person().subject(), role, seen.last());
            seen.replacedBy(role);
            Notice.done(say("team.role-changed", member.person().name(), Names.of(role)));
        } catch (Refused refused) {
            select.setValue(seen.last());
            if (refused.code() == ErrorCode.EDITED_MEANWHILE) {
                load();
            }
            throw refused;
        }
    }

    private Component remove(Member member) {
        var deeds =
                new Div(
                        Buttons.quiet(
                                say("team.remove"),
                                () ->
                                        Buttons.confirm(
                                                say("team.remove.question", member.person().name()),
                                                say("team.remove.consequence"),
                                                say("team.remove"),
                                                () -> {
                                                    onboarding.removeMember(
                                                            member.tenant(),
                                                            member.person().subject());
                                                    Notice.done(
                                                            say(
                                                                    "team.removed",
                                                                    member.person().name()));
                                                    load();
                                                })));
        deeds.addClassName("actions");
        return deeds;
    }

    private Component invitations(List<Invitation> open) {
        var figures = visits.figures();
        return new Table<Invitation>(say("team.invitations"))
                .text(say("team.email"), Invitation::email)
                .text(say("team.role"), invitation -> Names.of(invitation.role()))
                .optional()
                .column(
                        say("team.expires"),
                        invitation -> new When(invitation.expiresAt(), figures))
                .column("", this::withdraw)
                .rows(open);
    }

    private Component withdraw(Invitation invitation) {
        var deeds =
                new Div(
                        Buttons.quiet(
                                say("team.withdraw"),
                                () -> {
                                    onboarding.withdraw(visit.requireTenant().id(), invitation);
                                    Notice.done(say("team.withdrawn", invitation.email()));
                                    load();
                                }));
        deeds.addClassName("actions");
        return deeds;
    }

    private void invite() {
        var tenant = visit.requireTenant().id();
        new InviteDialog(
                        rolesGivenBy(visit),
                        wish -> {
                            var invitation =
                                    onboarding.invite(
                                            tenant, wish.email(), wish.name(), wish.role());
                            load();
                            InviteDialog.outcome(invitation);
                        })
                .open();
    }
}
