/** The parts that stand for what is on its way. */
const PARTS = { cards: [1, 2, 3, 4, 5, 6], lines: [1, 2, 3, 4, 5, 6, 7, 8] } as const;

/** Says that something is on its way, to eyes and ears; `as` what takes its place, so that little moves when it comes. */
export function Waiting({ as }: { as?: keyof typeof PARTS }) {
  return (
    <div className="waiting" role="status">
      <p className={as && 'unseen'}>Chargement…</p>
      {as && (
        <div className={`waiting-parts waiting-${as}`} aria-hidden="true">
          {PARTS[as].map((part) => (
            <span key={part} />
          ))}
        </div>
      )}
    </div>
  );
}
