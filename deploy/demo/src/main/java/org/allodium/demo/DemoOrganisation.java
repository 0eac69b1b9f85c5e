package org.allodium.demo;

import java.util.List;
import java.util.Optional;
import org.allodium.kernel.Money;
import org.allodium.tenancy.OrganisationKind;

/// One organisation of the demo country: what it is, what it works on, what it is granted.
record DemoOrganisation(
        String slug,
        String name,
        OrganisationKind kind,
        String identifier,
        List<String> projects,
        String programme,
        String purpose,
        String field,
        String expectedUse,
        Money grant,
        Optional<String> policy) {
    static final String COUNTRY = "XA";
    static final String RESEARCH = "National AI Research Allowance";
    static final String VOUCHERS = "Start-up Compute Vouchers";
    static final String SPENT = "old-mill-institute";

    // Twenty answers of 64 tokens to questions of about 32 tokens, at the guide's list price.
    private static final Money TWENTY_ANSWERS = Money.euro("0.0008064");
    // Two answers or three: the demo asks them itself until nothing is left.
    private static final Money A_FEW_ANSWERS = Money.euro("0.0001");

    DemoOrganisation {
        projects = List.copyOf(projects);
    }

    static List<DemoOrganisation> all() {
        return List.of(climateLab(), archive(), school(), mill(), robotics());
    }

    private static DemoOrganisation climateLab() {
        return new DemoOrganisation(
                "coastal-climate-lab",
                "Coastal Climate Lab",
                OrganisationKind.RESEARCH,
                "XA-R-204417",
                List.of("Storm surge", "Harbour ice"),
                RESEARCH,
                "Summaries of forty years of storm surge reports, to find what warnings missed.",
                "natural-sciences",
                "About two million tokens a month with the text model, embeddings for search.",
                Money.euro("600"),
                Optional.of("open-allied"));
    }

    private static DemoOrganisation archive() {
        return new DemoOrganisation(
                "national-archive",
                "National Archive",
                OrganisationKind.PUBLIC_BODY,
                "XA-P-000012",
                List.of("Finding aids"),
                RESEARCH,
                "Finding aids for files under protection, which must not leave the country.",
                "humanities-and-the-arts",
                "A few thousand short requests a day, only at national places.",
                Money.euro("400"),
                Optional.of("national-strict"));
    }

    private static DemoOrganisation school() {
        return new DemoOrganisation(
                "river-school",
                "River School",
                OrganisationKind.RESEARCH,
                "XA-R-310950",
                List.of("Reading circle"),
                RESEARCH,
                "A first try with a class: questions about the portal and its answers.",
                "social-sciences",
                "About twenty answers.",
                TWENTY_ANSWERS,
                Optional.empty());
    }

    private static DemoOrganisation mill() {
        return new DemoOrganisation(
                SPENT,
                "Old Mill Institute",
                OrganisationKind.RESEARCH,
                "XA-R-118803",
                List.of("Loom patterns"),
                RESEARCH,
                "Descriptions of loom patterns from the museum's drawings and notes.",
                "engineering-and-technology",
                "A few answers to see whether it helps.",
                A_FEW_ANSWERS,
                Optional.empty());
    }

    private static DemoOrganisation robotics() {
        return new DemoOrganisation(
                "tidewater-robotics",
                "Tidewater Robotics",
                OrganisationKind.STARTUP,
                "XA-C-771290",
                List.of("Pilot"),
                VOUCHERS,
                "A pilot that turns maintenance notes of harbour cranes into work orders.",
                "engineering-and-technology",
                "Half a million tokens a month for half a year.",
                Money.euro("300"),
                Optional.of("open-allied"));
    }
}
