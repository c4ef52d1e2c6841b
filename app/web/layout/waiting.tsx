/** Says that something is on its way, to eyes and ears. */
export function Waiting() {
  return (
    <p className="waiting" role="status">
      Chargement…
    </p>
  );
}
