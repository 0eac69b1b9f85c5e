package org.allodium.sovereignty;

/// Where a pool stands and who runs it. `country` is ISO 3166-1; `national` is inside the
/// platform's perimeter; `controlledFrom` is the country whose entities control the operator (the
/// operator's own when nobody else does).
public record PoolPlace(
        PoolId pool,
        String facility,
        String country,
        String operatorId,
        String operator,
        String operatorCountry,
        String controlledFrom,
        boolean national) {}
