public class Orders
{
    public Order Find(Database db, string id) => db.Query("select * from orders where id = @id", new { id });
}
