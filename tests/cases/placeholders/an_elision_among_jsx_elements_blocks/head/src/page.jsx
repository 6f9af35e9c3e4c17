export function Page({ user, orders }) {
  return (
    <main>
      <h1>{user.name}</h1>
      {/* ... rest of the list ... */}
      <footer>{user.email}</footer>
    </main>
  );
}
