public class OrdersTests
{
    [Fact]
    public void FindsAnOrder() => Assert.Equal(1, new Orders().Find(Fake.Db, "1").Id);
}
