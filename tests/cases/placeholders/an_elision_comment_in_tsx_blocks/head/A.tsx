export const A = () => (
  <div>
    {/* ... existing code ... */}
  </div>
);
