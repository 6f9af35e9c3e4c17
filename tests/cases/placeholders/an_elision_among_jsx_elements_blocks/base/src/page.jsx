export function Page({ user, orders }) {
  return (
    <main>
      <h1>{user.name}</h1>
      <ul>
        {orders.map((order) => (
          <li key={order.id}>{order.title}</li>
        ))}
      </ul>
      <footer>{user.email}</footer>
    </main>
  );
}
