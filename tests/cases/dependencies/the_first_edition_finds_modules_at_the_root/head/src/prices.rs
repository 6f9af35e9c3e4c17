pub struct Total;
