package org.allodium.serving;

/// What a recorded refusal means and what helps, in English; the portal has it in its languages
/// under the same keys.
public enum RefusalWords {
    KEY_REVOKED(
            "The API key was revoked.",
            "Make a new key on the page of its project, and send that one."),
    KEY_EXPIRED("The API key has expired.", "Rotate the key on the page of its project."),
    KEY_MAKER(
            "Whoever made the API key may not call models any more.",
            "An owner or admin of the organisation can rotate the key."),
    INVALID_API_KEY("The API key is not valid.", "Make a new key on the page of its project."),
    PERMISSION_DENIED(
            "The key or the person may not call models there.",
            "Use a key of that project, or ask an owner or admin for another role."),
    DATA_RESIDENCY_MISMATCH(
            "The residency policy permits none of the places where the model runs.",
            "Choose a model that runs in permitted places, or let an owner or admin change the"
                    + " policy."),
    POLICY_WIDENING(
            "A header asked for more than the policy allows.",
            "Leave the header out, or ask for less: headers can only tighten."),
    MODEL_NOT_FOUND(
            "No model of that name is there for this key.",
            "See GET /v1/models for what the key may use."),
    NOT_FOUND("There was nothing at the address.", "Check the path and the id."),
    REQUESTS_PER_MINUTE(
            "More requests in a minute than the limit of the organisation.",
            "Spread requests, heed Retry-After, or ask an administrator for a higher limit."),
    TOKENS_PER_MINUTE(
            "More tokens in a minute than the limit of the organisation.",
            "Shorten prompts, ask for a smaller max_tokens, or ask an administrator for a higher"
                    + " limit."),
    CONCURRENT_REQUESTS(
            "More requests at once than the limit of the organisation.",
            "Send fewer at the same time, or ask an administrator for a higher limit."),
    BYTES_AT_ONCE(
            "More bytes of requests at once than one organisation may send.",
            "Send large requests one after the other."),
    RATE_LIMIT_EXCEEDED("A limit of the organisation was reached.", "Wait as Retry-After says."),
    INSUFFICIENT_QUOTA(
            "The running grants of the organisation could not pay the request.",
            "Apply for a grant, or ask for less: a smaller max_tokens, a cheaper model."),
    RESIDENCY_CAPACITY(
            "No permitted pool was running the model.",
            "Wait as Retry-After says, or use a model with more places."),
    OVERLOADED("The server had no room for the request.", "Wait as Retry-After says."),
    OTHER("The request was refused.", "Look the request up by its id.");

    private final String cause;
    private final String cure;

    RefusalWords(String cause, String cure) {
        this.cause = cause;
        this.cure = cure;
    }

    public String cause() {
        return cause;
    }

    public String cure() {
        return cure;
    }

    /// The words for a rule where there are such, else for the code.
    public static RefusalWords of(RefusedRequest.Cause cause) {
        for (var name : new String[] {cause.rule(), cause.code()}) {
            for (var words : values()) {
                if (words.name().equalsIgnoreCase(name)) {
                    return words;
                }
            }
        }
        return OTHER;
    }
}
