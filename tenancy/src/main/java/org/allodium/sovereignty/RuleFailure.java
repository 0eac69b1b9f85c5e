package org.allodium.sovereignty;

/// `explanation` is a sentence for the caller: which fact does not meet which demand.
public record RuleFailure(Rule rule, String explanation) {}
