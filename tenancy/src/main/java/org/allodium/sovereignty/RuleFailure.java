package org.allodium.sovereignty;

import org.allodium.kernel.Sentence;

/// `explanation` is a sentence for the caller: which fact does not meet which demand.
public record RuleFailure(Rule rule, Sentence explanation) {}
