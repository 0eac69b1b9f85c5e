package org.allodium.portal.shell;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SignInTroubleViewTest extends PageTest {
    @Test
    void saysWhyNobodyWasSignedIn() {
        open(null, "sign-in-trouble?reason=declined");
        assertThat(shown())
                .contains(
                        "Nobody was signed in",
                        "The sign-in was cancelled or refused. Nothing was changed.",
                        "Sign in again");
        open(null, "sign-in-trouble?reason=away");
        assertThat(shown())
                .contains(
                        "The sign-in service does not answer",
                        "Nothing was changed. Try again in a minute; API keys work meanwhile.");
    }

    @Test
    void takesAReasonThatItDoesNotKnowForAForgottenSignIn() {
        open(null, "sign-in-trouble?reason=<script>");
        assertThat(shown())
                .contains("This sign-in could not be finished")
                .noneMatch(line -> line.contains("script"));
    }
}
