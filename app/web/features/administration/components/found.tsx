import { type FormEvent, type ReactNode, useId, useState } from 'react';
import { Failure } from '#web/layout/failure.tsx';
import { More, type Pages } from '#web/layout/more.tsx';
import { Waiting } from '#web/layout/waiting.tsx';

/** Asks for words to look for; the list is read again when they are sent. */
function Finder({ label, onFind }: { label: string; onFind: (q: string) => void }) {
  const id = useId();
  const [typed, setTyped] = useState('');
  const find = (event: FormEvent) => {
    event.preventDefault();
    onFind(typed.trim());
  };
  return (
    <search>
      <form className="finder" onSubmit={find}>
        <label htmlFor={id}>{label}</label>
        <input
          id={id}
          type="search"
          value={typed}
          maxLength={200}
          onChange={({ target }) => setTyped(target.value)}
        />
        <button type="submit">Chercher</button>
      </form>
    </search>
  );
}

/** A list of administrators with a field for words to look for in it. */
export function Searched<Item extends { id: string }>({
  label,
  nothing,
  useFound,
  children,
}: {
  label: string;
  nothing: string;
  useFound: (q: string) => List<Item>;
  children: (item: Item) => ReactNode;
}) {
  const [q, setQ] = useState('');
  return (
    <>
      <Finder label={label} onFind={setQ} />
      <Found list={useFound(q)} nothing={nothing}>
        {children}
      </Found>
    </>
  );
}

type List<Item> = Pages & {
  data: { pages: { items: Item[] }[] } | undefined;
  error: Error | null;
  refetch: () => unknown;
};

/** A list of administrators as it was found: its rows, that there are none, or why not. */
export function Found<Item extends { id: string }>({
  list,
  nothing,
  children,
}: {
  list: List<Item>;
  nothing: string;
  children: (item: Item) => ReactNode;
}) {
  const { data, error, refetch } = list;
  if (!data) return error ? <Failure error={error} retry={() => refetch()} /> : <Waiting />;
  const items = data.pages.flatMap((page) => page.items);
  if (items.length === 0) return <p>{nothing}</p>;
  return (
    <>
      <ul className="admin-list">
        {items.map((item) => (
          <li key={item.id}>{children(item)}</li>
        ))}
      </ul>
      <More {...list} />
    </>
  );
}
