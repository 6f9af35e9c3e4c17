pub struct Reader;
pub struct Row;
