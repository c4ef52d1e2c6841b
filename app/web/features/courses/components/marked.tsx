import { useSearchParams } from 'react-router';
import { matched } from '../matched.ts';

/** A text with the words marked that the page's address asks for. */
export function Marked({ text }: { text: string }) {
  const [address] = useSearchParams();
  let at = 0;
  return matched(text, address.get('q') ?? undefined).map(({ text: piece, isMatch }) => {
    const key = at;
    at += piece.length;
    return isMatch ? <mark key={key}>{piece}</mark> : piece;
  });
}
