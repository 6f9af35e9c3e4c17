use prices::Total;
